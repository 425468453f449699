"""Values as pairs of a tag and text, as testers exchange them: ["num", 1.5], ["date", "2026-01-31"], ["null"]."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.errors import Invalid
from server.expressions.feel.temporal import Clock, Day, DaysDuration, Moment, MonthsDuration
from server.expressions.feel.values import shown
from server.expressions.feel.written import (
    read_clock,
    read_day,
    read_duration,
    read_moment,
    read_number,
    write,
    write_number,
)
from server.expressions.wording import excerpt

_PLAIN_DIGITS = 40
_MOST_DIGITS = 1_000


def _number(value: Any) -> Decimal | None:
    number = read_number(str(value)) if type(value) in (str, int, float, Decimal) else None
    return number if number is not None and len(number.as_tuple().digits) <= _MOST_DIGITS else None


_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "num": _number,
        "str": str,
        "bool": lambda value: value if type(value) is bool else None,
        "date": read_day,
        "time": read_clock,
        "dateTime": read_moment,
        "dayTimeDuration": read_duration,
        "yearMonthDuration": read_duration,
        "duration": read_duration,
        "list": lambda items: [from_tagged(item) for item in items],
        "ctx": lambda entries: {key: from_tagged(item) for key, item in entries.items()},
    }
)
_TAGS: Mapping[type, str] = MappingProxyType(
    {
        Day: "date",
        Clock: "time",
        Moment: "dateTime",
        DaysDuration: "dayTimeDuration",
        MonthsDuration: "yearMonthDuration",
    }
)


def read_line(line: str) -> Any:
    """One line of JSON, its numbers with all their digits. Raises Invalid for what is no JSON, or no number."""
    try:
        return json.loads(line, parse_int=Decimal, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "a number is too large, or it is nested too deeply"
        raise Invalid(f"The line is not JSON: {reason}.") from None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def from_tagged(pair: Any) -> Any:
    """The FEEL value of a tagged one. Raises Invalid for what is none."""
    if isinstance(pair, list) and pair[:1] == ["null"]:
        return None
    if not isinstance(pair, list) or len(pair) != 2 or pair[0] not in _READ:
        raise Invalid(f"'{excerpt(str(pair))}' is no tagged value such as [\"num\", 1].")
    try:
        value = _READ[pair[0]](pair[1])
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        value = None
    if value is None:
        raise Invalid(f"'{excerpt(str(pair[1]))}' is no value with the tag '{pair[0]}'.")
    return value


def tagged_text(value: Any) -> str:
    """A FEEL value with its tag, as JSON text in which numbers keep all their digits."""
    if value is None:
        return '["null"]'
    if type(value) is bool:
        return f'["bool", {"true" if value else "false"}]'
    if type(value) is Decimal:
        return f'["num", {write_number(value) if abs(value.adjusted()) < _PLAIN_DIGITS else str(value)}]'
    if type(value) is list:
        return f'["list", [{", ".join(map(tagged_text, value))}]]'
    if type(value) is dict:
        entries = ", ".join(f"{json.dumps(key)}: {tagged_text(item)}" for key, item in value.items())
        return f'["ctx", {{{entries}}}]'
    tag = _TAGS.get(type(value))
    return json.dumps([tag, write(value)] if tag else ["str", shown(value)])
