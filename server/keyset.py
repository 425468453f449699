"""Long lists, a part at a time: each part begins behind the last row of the one before, wherever that stands by now.

A cursor holds what the list was sorted by and the values of the last row, so that no row is left out or told twice
because others came or went, and a later part costs no more than the first.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Result, Select, and_, literal, or_

from server.errors import Invalid, Problem

T = TypeVar("T")
LONGEST = 200


@dataclass(frozen=True)
class Slice:
    """Which part of a list: at most *limit* rows behind the one that *cursor* names; "": from the beginning."""

    limit: int = 25
    cursor: str = ""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list; `next` is the cursor of what follows, None where nothing does."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True)
class By:
    """One thing a list is sorted by; never null. The last one of a list is different for every row."""

    column: ColumnElement[Any] | Any
    descending: bool = False


Execute = Callable[[Select[*tuple[Any, ...]]], Result[*tuple[Any, ...]]]


def read(
    execute: Execute, statement: Select[*tuple[Any, ...]], order: Sequence[By], wanted: Slice, make: Callable[[Any], T]
) -> Page[T]:
    """The part of what *statement* finds. Raises Invalid for a cursor of another list."""
    if wanted.cursor:
        statement = statement.where(_behind(order, _values(order, wanted.cursor)))
    sorted_by = [by.column.desc() if by.descending else by.column.asc() for by in order]
    keys = [by.column.label(f"sorted_{number}") for number, by in enumerate(order)]
    found = execute(statement.add_columns(*keys).order_by(None).order_by(*sorted_by).limit(wanted.limit + 1)).all()
    items = tuple(make(row) for row in found[: wanted.limit])
    if len(found) <= wanted.limit:
        return Page(items)
    return Page(items, _cursor(order, found[wanted.limit - 1][-len(order) :]))


def _behind(order: Sequence[By], values: Sequence[Any]) -> ColumnElement[bool]:
    """The row comes after the one with these values: equal in the first places, and behind it in the next one."""
    ways = []
    for number, (by, value) in enumerate(zip(order, values, strict=True)):
        given = literal(value, by.column.type)
        equal = [
            one.column == literal(before, one.column.type)
            for one, before in zip(order[:number], values[:number], strict=True)
        ]
        ways.append(and_(*equal, by.column < given if by.descending else by.column > given))
    return or_(*ways)


def _signature(order: Sequence[By]) -> str:
    return ",".join(f"{by.column}{'-' if by.descending else '+'}" for by in order)


def _cursor(order: Sequence[By], values: Sequence[Any]) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    text = json.dumps([_signature(order), plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(order: Sequence[By], cursor: str) -> list[Any]:
    try:
        text = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        signature, plain = json.loads(text)
        values = [datetime.fromisoformat(one["at"]) if isinstance(one, dict) else one for one in plain]
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise _wrong() from None
    is_ours = signature == _signature(order) and len(values) == len(order)
    if not is_ours or not all(type(value) is _kind(by) for value, by in zip(values, order, strict=True)):
        raise _wrong()
    return values


def _kind(by: By) -> type:
    """What a row has there; our own type of moments does not say so itself."""
    kind: type = by.column.type.python_type
    return datetime if kind is object else kind


def _wrong() -> Invalid:
    text = "This cursor is not of this list, sorted in this way. Begin without one."
    return Invalid(text, [Problem(text, element="cursor")])
