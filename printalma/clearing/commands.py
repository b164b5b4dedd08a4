"""How somebody of the team settles a mark, as a form says it."""

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field

from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, Text, whole
from printalma.orders.commands import Upto100

_WEB = re.compile(r"https?://[^\s/]+\S*", re.I)

Words = Annotated[Line, Field(max_length=200)] | None


class Clear(Command):
    """`version` is the order as it was seen. `always` means from now on, of every order. The others are what the act
    asks for, and empty in the others."""

    version: Shown = NOT_SHOWN
    always: bool = False
    name: Annotated[Line, Field(max_length=150)] | None = None
    product: Annotated[Line, Field(max_length=170)] | None = None
    choice: Upto100 = None
    quantity: Annotated[int, Field(ge=1, le=999)] | None = None
    amount: Upto100 = None
    zone: Upto100 = None
    note: Annotated[Text, Field(max_length=2000)] | None = None
    link: Annotated[Line, Field(max_length=2000)] | None = None
    phone: Annotated[Line, Field(max_length=40)] | None = None
    street: Words = None
    city: Upto100 = None
    country: Upto100 = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Self:
        """The command that a form's texts describe. Raises Invalid."""
        return cls.parse({**form, "quantity": whole(form.get("quantity")), "always": "always" in form})


def is_web(link: str) -> bool:
    """Whether it leads to a page, and is nothing that a browser would run."""
    return _WEB.fullmatch(link) is not None
