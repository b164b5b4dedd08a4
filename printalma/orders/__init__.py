"""THE PRODUCT: orders, from the cart to the door."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.events import stored
    from printalma.orders import history, judging, named_pictures, queries
    from printalma.pictures import bounding, naming, settled

    stored.register(history.facts)
    bounding.needed_by(queries.OPEN)
    naming.register(named_pictures.of_order, named_pictures.may_name)
    settled.on_settled(judging.note)
    judging.JudgingProcess(app)
