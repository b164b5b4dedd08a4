"""What is asked for by mail."""

from typing import Annotated

from pydantic import AfterValidator, Field

from printalma.lib.letters import bare
from printalma.lib.validation import Command, Line


class Forgotten(Command):
    email: Annotated[Line, AfterValidator(bare), Field(min_length=1, max_length=254)]
