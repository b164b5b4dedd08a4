"""The artwork of a line of an order: what a front end sent of it, and how it is drawn. Knows no database."""

from flask import Flask

from printalma.artwork import drawing
from printalma.artwork.reading import addresses, image_addresses, views
from printalma.artwork.view import Area, Image, Text, View

__all__ = ["Area", "Image", "Text", "View", "addresses", "image_addresses", "views"]


def init_app(app: Flask) -> None:
    app.jinja_env.filters["drawing"] = drawing.of
