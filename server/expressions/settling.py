"""Copies of values in which every list is a list of its own: bounded, free of cycles, and fit to be kept."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from server.errors import Failure
from server.expressions.durations import Period
from server.expressions.limits import LIMITS
from server.expressions.wording import kind

SIMPLE = frozenset({type(None), bool, int, str, date, datetime, time, timedelta, Period})
NESTED = frozenset({list, tuple, dict})


def settle(value: Any) -> Any:
    """*value* as a variable may hold it: lists and mappings copied, tuples as lists.

    Raises Failure for what no variable can hold: numbers that are none, keys that are not text, foreign
    objects, and nesting or size beyond the limits.
    """
    kind_of = type(value)
    if kind_of in SIMPLE:
        return value
    if kind_of in NESTED:
        return _Copy().of(value, 1)
    return _leaf(value)


def measure(value: Any) -> None:
    """Raise Failure if visiting all of *value* is beyond the limits; needed before comparing or writing it."""
    if type(value) not in NESTED:
        return
    left, level, layer = LIMITS.nodes, 0, [value]
    while layer:
        level += 1
        below: list[Any] = []
        for nest in layer:
            left -= len(nest)
            if left < 0 or level > LIMITS.levels:
                raise Failure("a value is too large or too deeply nested")
            below.extend(item for item in (nest.values() if type(nest) is dict else nest) if type(item) in NESTED)
        layer = below


def written_length(value: Any) -> int:
    """About how many bytes *value* takes when it is written as text; Failure where `measure` raises one.

    A text that stands in a list a thousand times is small in memory, and large on paper.
    """
    measure(value)
    length, layer = 0, [value]
    while layer:
        below: list[Any] = []
        for each in layer:
            kind_of = type(each)
            if kind_of is str or kind_of is int:
                length += 10 + _written(each)
            elif kind_of is dict:
                below.extend(each.keys())
                below.extend(each.values())
            elif kind_of is list or kind_of is tuple:
                below.extend(each)
            elif kind_of is Decimal and each.is_finite():
                length += 40 + abs(each.adjusted())
            else:
                length += 40
        layer = below
    return length


def _written(value: str | int) -> int:
    """About how many bytes a text or a whole number takes."""
    if isinstance(value, str):
        return len(value) if value.isascii() else 4 * len(value)
    return value.bit_length() // 3


def measure_written(*values: Any) -> None:
    """Raise Failure if *values* are too large to be kept or told, together or one of them."""
    if sum(map(written_length, values)) > LIMITS.written:
        raise _too_long()


def _too_long() -> Failure:
    return Failure(f"a value takes more than {LIMITS.written // 1_000_000} MB when it is written")


class _Copy:
    """One copying, with the number of values that it may still visit, and of bytes that it may take in writing."""

    def __init__(self) -> None:
        self.left = LIMITS.nodes
        self.written = LIMITS.written

    def of(self, value: Any, level: int) -> Any:
        self.left -= len(value) + 1
        if self.left < 0 or level > LIMITS.levels:
            raise Failure("a value is too large or too deeply nested")
        if type(value) is dict:
            for key in value:
                if type(key) is not str:
                    raise Failure(f"a key of a mapping has to be text, and {kind(key)} is not")
            return {key: self.item(item, level) for key, item in value.items()}
        return [self.item(item, level) for item in value]

    def item(self, value: Any, level: int) -> Any:
        kind_of = type(value)
        if kind_of in SIMPLE:
            if kind_of is str or kind_of is int:
                self.written -= _written(value)
                if self.written < 0:
                    raise _too_long()
            return value
        return self.of(value, level + 1) if kind_of in NESTED else _leaf(value)


def _leaf(value: Any) -> Any:
    if type(value) is float and isfinite(value):
        return value
    if type(value) is Decimal and value.is_finite() and (not value or abs(value.adjusted()) <= LIMITS.exponent):
        return value
    if isinstance(value, float | Decimal):
        raise Failure("a number is too large or none at all (infinity or NaN)")
    raise Failure(f"{kind(value)} cannot be kept in a variable")
