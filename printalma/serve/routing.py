"""Addresses: a number in one is an id, and no id has more than fifteen digits."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class IdConverter(IntegerConverter):
    # A longer number is no id of ours: without the bound it would reach the database and overflow its column.
    regex = r"\d{1,15}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
