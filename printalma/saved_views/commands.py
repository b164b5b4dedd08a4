"""What somebody asks of saved views."""

from typing import Annotated, Literal

from pydantic import Field

from printalma.lib.validation import Command, Line
from printalma.saved_views.models import MAX_NAME


class Name(Command):
    """What a view is called, and for whom it is."""

    name: Annotated[Line, Field(min_length=1, max_length=MAX_NAME)]
    whose: Literal["mine", "team"] = "mine"
