"""What goes in and out: shapes of requests that take nothing unknown, and those that many endpoints share."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as shape
from pydantic_core import ErrorDetails

from server.errors import Invalid, Problem
from server.keyset import LONGEST, Slice

CLOSED = ConfigDict(extra="forbid")
"""What is not known is refused: a misspelt name would otherwise be a filter that filters nothing."""

NO_NUL = r"^[^\x00]*$"
"""No text holds U+0000: PostgreSQL keeps none that does."""


def _whole(given: object) -> object:
    return int(given) if isinstance(given, float) and given.is_integer() else given


WHOLE = BeforeValidator(_whole)
"""Of a whole number: it is taken however it is written, because to JSON Schema 1.0 is one too."""
Text = Annotated[str, Field(max_length=10_000, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
TimeOfDay = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
"""Such as 08:00; empty: none."""
Values = dict[str, Any]


@shape(frozen=True, config=CLOSED, kw_only=True)
class Part:
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=LONGEST, description="How many rows at most.")] = 25
    cursor: Annotated[
        str, Field(max_length=2000, description="`next` of the part before; empty: from the beginning.")
    ] = ""

    @property
    def slice(self) -> Slice:
        return Slice(self.limit, self.cursor)


@shape(frozen=True, config=CLOSED)
class Why:
    """A reason, which the audit log keeps."""

    reason: Reason


@dataclass(frozen=True)
class Created:
    """The id of what has been made."""

    id: str


@dataclass(frozen=True)
class Counted:
    """How many it was done for."""

    count: int


@dataclass(frozen=True)
class Download:
    """A file as it is; `media_type` is told to the one who fetches it, and never shown by a browser."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Uploads:
    """Files that were sent as multipart/form-data, each under the name `file`: (name, media type, content)."""

    files: tuple[tuple[str, str, bytes], ...]


@dataclass(frozen=True)
class Upload:
    """One file that was sent as multipart/form-data under the name `file`."""

    name: str
    media_type: str
    content: bytes


def unfit(error: ValidationError, where: str = "") -> Invalid:
    """What does not fit its shape, with a pointer to each place."""
    problems = [
        Problem(_sentence(one), element=where + "/".join(_escaped(part) for part in one["loc"])) for one in _told(error)
    ]
    places = ", ".join(dict.fromkeys(problem.element or "the whole" for problem in problems))
    return Invalid(f"What was sent does not have the shape that is asked for, at: {places}.", problems)


def _told(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False, include_input=False)


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _sentence(one: ErrorDetails) -> str:
    return one["msg"].rstrip(".") + "."


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Reads and writes values of a type."""
    return TypeAdapter(kind)
