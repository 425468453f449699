"""What a form is: frozen values that no dialect shows through, with the form-js schema for the viewer beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from server.errors import Problem
from server.forms.conditions import Condition
from server.forms.patterns import Pattern


class FieldKind(StrEnum):
    """What a field is, by the name that form-js has for it."""

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    RADIO = "radio"
    SELECT = "select"
    TAGLIST = "taglist"
    DATETIME = "datetime"
    FILEPICKER = "filepicker"
    GROUP = "group"
    DYNAMICLIST = "dynamiclist"
    EXPRESSION = "expression"  # calculated and shown in the browser; nothing of it is kept
    TEXT = "text"
    HTML = "html"
    IMAGE = "image"
    SEPARATOR = "separator"
    SPACER = "spacer"
    BUTTON = "button"
    TABLE = "table"


TEXTS = frozenset({FieldKind.TEXTFIELD, FieldKind.TEXTAREA})
CHOICES = frozenset({FieldKind.RADIO, FieldKind.SELECT})
MANY_CHOICES = frozenset({FieldKind.CHECKLIST, FieldKind.TAGLIST})
INPUTS = (
    TEXTS | CHOICES | MANY_CHOICES | {FieldKind.NUMBER, FieldKind.CHECKBOX, FieldKind.DATETIME, FieldKind.FILEPICKER}
)
"""The kinds that take a value from a person."""


@dataclass(frozen=True)
class Rules:
    """What a value must be like, beyond its kind."""

    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    minimum_length: int | None = None
    maximum_length: int | None = None
    pattern: Pattern | None = None
    pattern_message: str = ""
    format: str = ""  # email | phone
    decimal_digits: int | None = None
    increment: Decimal | None = None
    not_in_the_past: bool = False


@dataclass(frozen=True)
class Option:
    """One thing to choose; `value` is a text, a number or a boolean."""

    value: Any
    label: str


@dataclass(frozen=True)
class Field:
    """A field, or a group or list of fields.

    `path` is where its value stands in the submission, or in a row of the list around it: ("address", "street"). The
    path of a group stands in its fields' already.
    """

    kind: FieldKind
    key: str = ""
    label: str = ""
    path: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    options: tuple[Option, ...] = ()
    options_from: tuple[str, ...] = ()  # the path of the variable that holds the options
    subtype: str = ""  # of a datetime: date | time | datetime
    default: Any = None
    hidden_when: Condition | None = None
    readonly: bool = False
    readonly_when: Condition | None = None
    disabled: bool = False
    as_text: bool = False  # a number that is kept as text, digit for digit
    fixed: bool = False  # a list whose rows are those of the variable: none is added or removed
    several: bool = False  # a file picker that takes more than one
    fields: tuple["Field", ...] = ()

    @property
    def takes_value(self) -> bool:
        return self.kind in INPUTS

    @property
    def title(self) -> str:
        """How a sentence to a person calls it."""
        return self.label or self.key


@dataclass(frozen=True)
class Form:
    """A form. `schema` is the form-js JSON that the viewer shows; `notes` are warnings told when it is deployed."""

    key: str
    title: str
    fields: tuple[Field, ...]
    schema: Mapping[str, Any]
    notes: tuple[Problem, ...] = ()

    def inputs(self) -> Iterator[Field]:
        """Every field that takes a value, at every depth."""
        yield from _inputs(self.fields)


def _inputs(fields: tuple[Field, ...]) -> Iterator[Field]:
    for one in fields:
        if one.takes_value:
            yield one
        yield from _inputs(one.fields)
