"""Functions that make values of one kind from values of another (DMN 1.5, 10.3.4.1), and `not` (10.3.4.2)."""

import re
from decimal import Decimal
from typing import Any

from server.expressions.feel.arithmetic import NUMBERS
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.temporal import (
    NANOS,
    UTC_ZONE,
    Clock,
    Day,
    DaysDuration,
    Moment,
    MonthsDuration,
    Zone,
    midnight,
    zone_info,
)
from server.expressions.feel.values import shown
from server.expressions.feel.written import day_of, read_clock, read_day, read_duration, read_moment, zone_of
from server.expressions.settling import written_length

CONVERSION_FUNCTIONS: Registry = {}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
_LONGEST = 1_000


@builtin(CONVERSION_FUNCTIONS, "date", "from: string|date|moment", "year: number, month: number, day: number")
def _date(run: FeelRun, first: Any, month: Decimal | None = None, day: Decimal | None = None) -> Day | None:
    if isinstance(first, str):
        return read_day(first) or run.fail(f"'{first[:40]}' is not a date such as 2026-01-31")
    if isinstance(first, Day | Moment):
        return first.day if isinstance(first, Moment) else first
    found = day_of(int(first), int(month or 0), int(day or 0))
    return found or run.fail("the calendar has no such date")


_CLOCK = "hour: number, minute: number, second: number"


@builtin(CONVERSION_FUNCTIONS, "time", "from: string|time|date|moment", f"{_CLOCK}, offset?: days|null")
def _time(
    run: FeelRun,
    first: Any,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: DaysDuration | None = None,
) -> Clock | None:
    if isinstance(first, str):
        return read_clock(first) or run.fail(f"'{first[:40]}' is not a time such as 08:30:00")
    if isinstance(first, Clock):
        return first
    if isinstance(first, Day | Moment):
        return first.clock if isinstance(first, Moment) else Clock(0, UTC_ZONE)
    return _clock(run, first, minute or Decimal(), second or Decimal(), offset)


def _clock(
    run: FeelRun, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | str | None
) -> Clock | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return run.fail("a day has no such time")
    zone: Zone | None = None
    if isinstance(offset, str):
        zone = Zone(name=offset) if zone_info(offset) else None
    elif offset is not None:
        zone = zone_of(int(offset.nanos / NANOS))
    if zone is None and offset is not None:
        return run.fail("there is no such time zone")
    nanos = (int(hour) * 3600 + int(minute) * 60) * NANOS + int(second.scaleb(9))
    return Clock(nanos, zone)


_DATE = "year: number, month: number, day: number"


@builtin(
    CONVERSION_FUNCTIONS,
    "date and time",
    "from: string|date|moment",
    "date: date|moment, time: time|string",
    f"{_DATE}, {_CLOCK}",
    f"{_DATE}, {_CLOCK}, offset: days|null|string",
    f"{_DATE}, {_CLOCK}, timezone: string|null",
)
def _date_and_time(run: FeelRun, first: Any, *rest: Any) -> Moment | None:
    if isinstance(first, str):
        return read_moment(first) or run.fail(f"'{first[:40]}' is not a date and time such as 2026-01-31T08:30:00")
    if len(rest) > 1:
        day = day_of(int(first), int(rest[0]), int(rest[1]))
        clock = _clock(run, rest[2], rest[3], rest[4], rest[5] if len(rest) > 5 else None)
        return Moment(day, clock) if day and clock else run.fail("the calendar has no such date")
    if isinstance(rest[0] if rest else None, str):
        return _in_zone(run, first, rest[0])
    if not rest:
        return first if isinstance(first, Moment) else midnight(first)
    return Moment(first.day if isinstance(first, Moment) else first, rest[0])


def _in_zone(run: FeelRun, moment: Any, name: str) -> Moment | None:
    """The same moment on the clocks of a named zone, as Camunda has it."""
    if not isinstance(moment, Moment) or zone_info(name) is None:
        return run.fail(f"there is no time zone '{name[:40]}'")
    return Moment(moment.day, Clock(moment.clock.nanos, Zone(name=name)))


@builtin(CONVERSION_FUNCTIONS, "duration", "from: string|days|months")
def _duration(run: FeelRun, text: Any) -> DaysDuration | MonthsDuration | None:
    if not isinstance(text, str):
        return text  # type: ignore[no-any-return]  # a duration already, by the signature
    return read_duration(text) or run.fail(f"'{text[:40]}' is not a duration such as P1Y2M or P3DT4H")


@builtin(CONVERSION_FUNCTIONS, "years and months duration", "from: date|moment, to: date|moment")
def _years_and_months(run: FeelRun, start: Any, end: Any) -> MonthsDuration | None:
    """Whole months between two days; the times of day do not count."""
    first, last = (value.day if isinstance(value, Moment) else value for value in (start, end))
    early, late = (first, last) if first.ordinal <= last.ordinal else (last, first)
    months = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
    return MonthsDuration(months if early is first else -months)


@builtin(
    CONVERSION_FUNCTIONS,
    "number",
    "from: string|number",
    "from: string, grouping separator: string|null, decimal separator?: string|null",
)
def _number(run: FeelRun, text: Any, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    if isinstance(text, Decimal):
        return text
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping and grouping == point):
        return run.fail("the separators of a number are ' ', ',' and '.', and have to differ")
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        plain = plain.replace(".", "?").replace(point, ".")
    if len(plain) > _LONGEST or not _NUMBER.fullmatch(plain):
        return run.fail(f"'{text[:40]}' is not a number")
    return NUMBERS.create_decimal(plain)


@builtin(CONVERSION_FUNCTIONS, "string", "from: any")
def _string(run: FeelRun, value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    run.text(written_length(value))
    return shown(value)


@builtin(CONVERSION_FUNCTIONS, "not", "negand: any")
def _not(run: FeelRun, value: Any) -> bool | None:
    if type(value) is bool:
        return not value
    return None if value is None else run.fail("only true and false can be negated")
