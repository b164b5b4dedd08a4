"""The artwork of a line of an order: what a front end sent of it, and how it is drawn. Knows no database."""

from printalma.artwork.reading import addresses, image_addresses, views
from printalma.artwork.view import Area, Image, Text, View

__all__ = ["Area", "Image", "Text", "View", "addresses", "image_addresses", "views"]
