"""Pictures that the team sends by a form: the shop's logo, what a product looks like. They are opened as customers'
are, by a process of its own, and what that draws is kept.
(Pictures within an order: intake.py; that an order names: reader.py.)"""

from collections.abc import Mapping
from dataclasses import replace
from typing import IO, BinaryIO, cast

from flask import request

from printalma.config import settings
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.pictures import decoding
from printalma.pictures.decoding import Small
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed

MAX_MEGAPIXELS = 40


def chosen(name: str) -> IO[bytes]:
    """The file of the form's field. Raises Invalid where none was chosen."""
    if (file := sent(name)) is None:
        raise Invalid(t("uploads.none"))
    return file


def sent(name: str) -> IO[bytes] | None:
    """The file of the form's field, if one was chosen."""
    file = request.files.get(name)
    return file.stream if file is not None and file.filename else None


def drawn(file: IO[bytes]) -> Mapping[Copy, Small]:
    """All of its copies. Raises Invalid for what is no picture."""
    limits = settings().limits
    most = min(limits.picture_megapixels or MAX_MEGAPIXELS, MAX_MEGAPIXELS)
    try:
        copies = decoding.copies(cast(BinaryIO, file), replace(limits, picture_megapixels=most)).copies
    except FetchFailed as failed:
        raise Invalid(t("uploads.away" if failed.trouble.is_passing else "uploads.no_picture")) from None
    if Copy.VIEW not in copies:  # an SVG with texts: there are no fonts here
        raise Invalid(t("uploads.has_text"))
    return copies
