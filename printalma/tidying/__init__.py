"""STORED TEXTS, MADE TIDY: what older releases kept is brought to what is kept today, in pieces, while the shop serves.

An upgrade that did this before serving would keep a shop with a million orders closed for an hour.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.tidying.process import TidyingProcess

    TidyingProcess(app)
