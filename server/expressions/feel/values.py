"""Values that only FEEL has, ranges and functions, and the way of all others from variables into FEEL and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from server.errors import Failure
from server.expressions.durations import Period
from server.expressions.feel.temporal import (
    NANOS,
    Clock,
    Day,
    DaysDuration,
    Moment,
    MonthsDuration,
    Zone,
    days_of,
    zone_info,
)
from server.expressions.feel.written import write
from server.expressions.limits import LIMITS

READY = frozenset({str, bool, Decimal, type(None)})
"""Kinds of values that are the same in variables and in FEEL."""
_READY_OUT = READY - {Decimal}
_LARGEST = Decimal(10) ** 34
_UNTIL_YEAR = 9_999


@dataclass(frozen=True)
class Range:
    """All values between two; `sign` is that of `(< 5)`, and then the bound on the other side is null."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    sign: str = ""


@dataclass(frozen=True, eq=False)
class FeelFunction:
    """A function as a value.

    `invoke` is given the run and the values in the order of `parameters`; a name that ends with "?" may be left
    out, one that ends with "*" stands for one or more values. `types` are those of the parameters where they are
    declared; `others` are further ways to call it.
    """

    name: str
    parameters: tuple[str, ...]
    invoke: Callable[[Any, tuple[Any, ...]], Any]
    types: tuple[Any, ...] = ()
    others: "tuple[FeelFunction, ...]" = ()


def to_feel(value: Any) -> Any:
    """A value of a variable as FEEL has it: every number a decimal, dates and durations FEEL's own.

    Raises Failure for what is nested beyond the limits.
    """
    convert = _INTO.get(type(value))
    return value if convert is None else convert(value)


def from_feel(value: Any) -> Any:
    """A value of FEEL as a variable has it; whole numbers become int.

    A range, a function, or a date beyond the years 1 to 9999 stays FEEL's own; no variable can keep it.
    """
    convert = _OUT_OF.get(type(value))
    return value if convert is None else convert(value)


def _number(value: float) -> Any:
    number = Decimal(repr(value))
    return number if number.is_finite() else value


class _Walk:
    """One conversion of a nested value, bounded in size and depth."""

    def __init__(self, table: Mapping[type, Callable[[Any], Any]], ready: frozenset[type]) -> None:
        self.left = LIMITS.nodes
        self.level = 0
        self.table = table
        self.ready = ready

    def nested(self, value: Any) -> Any:
        self.left -= len(value) + 1
        self.level += 1
        if self.left < 0 or self.level > LIMITS.levels:
            raise Failure("a value is too large or too deeply nested")
        item, ready = self.item, self.ready
        if type(value) is dict:
            result: Any = {key: each if type(each) in ready else item(each) for key, each in value.items()}
        else:
            result = [each if type(each) in ready else item(each) for each in value]
        self.level -= 1
        return result

    def item(self, value: Any) -> Any:
        kind = type(value)
        if kind is list or kind is dict or kind is tuple:
            return self.nested(value)
        convert = self.table.get(kind)
        return value if convert is None else convert(value)


def _nested_into(value: Any) -> Any:
    return _Walk(_INTO, READY).nested(value)


def _nested_out(value: Any) -> Any:
    return _Walk(_OUT_OF, _READY_OUT).nested(value)


def _zone(value: time | datetime) -> Zone | None:
    zone = value.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key and not value.fold:
        return Zone(0) if zone.key == "UTC" else Zone(name=zone.key)
    offset = value.utcoffset()
    return None if offset is None else Zone(int(offset.total_seconds()))


def _clock(value: time | datetime) -> Clock:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return Clock(seconds * NANOS + value.microsecond * 1_000, _zone(value))


def _day(value: date) -> Day:
    return Day(value.year, value.month, value.day)


def _months(value: Period) -> Any:
    if not value.days and not value.rest:
        return MonthsDuration(value.months)
    return value if value.months else days_of(timedelta(days=value.days) + value.rest)


def _whole_or_not(value: Decimal) -> Any:
    if value == value.to_integral_value() and abs(value) < _LARGEST:
        return int(value)
    return value


def _tzinfo(zone: Zone | None) -> timezone | ZoneInfo | None:
    if zone is None:
        return None
    if zone.offset is None:
        return zone_info(zone.name)
    return timezone(timedelta(seconds=zone.offset)) if zone.offset else UTC


def _time_of(clock: Clock) -> Any:
    hour, minute, second, fraction = clock.seconds
    return time(hour, minute, second, fraction // 1_000, _tzinfo(clock.zone))


def _date_of(day: Day) -> Any:
    return date(day.year, day.month, day.day) if 1 <= day.year <= _UNTIL_YEAR else day


def _datetime_of(moment: Moment) -> Any:
    day = _date_of(moment.day)
    return moment if day is moment.day else datetime.combine(day, _time_of(moment.clock))


def _timedelta_of(duration: DaysDuration) -> Any:
    try:
        return timedelta(microseconds=duration.nanos // 1_000)
    except OverflowError:
        return duration


_INTO: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        int: Decimal,
        float: _number,
        list: _nested_into,
        tuple: _nested_into,
        dict: _nested_into,
        date: _day,
        time: _clock,
        datetime: lambda value: Moment(_day(value), _clock(value)),
        timedelta: days_of,
        Period: _months,
    }
)
_OUT_OF: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        Decimal: _whole_or_not,
        list: _nested_out,
        dict: _nested_out,
        Day: _date_of,
        Clock: _time_of,
        Moment: _datetime_of,
        DaysDuration: _timedelta_of,
        MonthsDuration: lambda value: Period(months=value.months),
    }
)


def shown(value: Any, nested: bool = False) -> str:
    """*value* as FEEL writes it: for `string()`, and for people who read a trace."""
    if type(value) is str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if nested else value
    if type(value) is list:
        return f"[{', '.join(shown(item, True) for item in value)}]"
    if type(value) is dict:
        return "{" + ", ".join(f"{_key(key)}: {shown(item, True)}" for key, item in value.items()) + "}"
    if type(value) is Range:
        return _range(value)
    if isinstance(value, FeelFunction):
        return f"function({', '.join(value.parameters)})"
    return write(value)


def _key(key: str) -> str:
    return key if key.replace(" ", "").replace("_", "").isalnum() else shown(key, True)


def _range(value: Range) -> str:
    if value.sign:
        bound = value.high if "<" in value.sign else value.low
        return f"({value.sign} {shown(bound, True)})"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{shown(value.low, True)}..{shown(value.high, True)}{closing}"
