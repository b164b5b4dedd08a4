"""What a bell asks for."""

from typing import Annotated

from pydantic import Field

from printalma.lib.validation import Digits, Query


class ListNotifications(Query):
    limit: Annotated[int, Digits, Field(ge=1, le=200)] = 50
    includeRead: bool = True
