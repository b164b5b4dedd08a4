"""What every answer is made of, as types: mypy holds the code to them, and the API's description is drawn from them."""

from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Data = TypeVar("Data")


class Done(TypedDict):
    success: Literal[True]
    message: str


class Success(Done, Generic[Data]):
    """No shape inherits from this one: pydantic then forgets what `Data` is."""

    data: Data


class Message(TypedDict):
    message: str


class FieldProblem(TypedDict):
    field: str
    message: str


class Refusal(TypedDict):
    success: Literal[False]
    message: str
    error: str
    statusCode: int
    errors: list[FieldProblem]


class Problem(Refusal):
    data: NotRequired[Any]


class ProblemNow(Refusal, Generic[Data]):
    """A refusal that shows how things are now."""

    data: Data


class NotSignedIn(TypedDict):
    message: Literal["Unauthorized"]
    statusCode: Literal[401]


class NotAllowed(TypedDict):
    message: Literal["Forbidden resource"]
    error: Literal["Forbidden"]
    statusCode: Literal[403]


class BadSignIn(TypedDict):
    message: str
    error: Literal["Unauthorized"]
    statusCode: Literal[401]
