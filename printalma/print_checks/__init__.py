"""WHAT IT WILL LOOK LIKE: which pictures an order is printed from, and whether they do once they are here."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.pictures import naming, settled
    from printalma.print_checks import judging, named_pictures

    naming.register(named_pictures.of_order, named_pictures.may_name)
    settled.on_settled(judging.note)
    judging.JudgingProcess(app)
