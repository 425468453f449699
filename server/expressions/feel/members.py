"""Members of FEEL's values: entries of contexts, parts of dates, times, durations and ranges (DMN 1.5, table 65)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions.feel.run import FeelRun
from server.expressions.feel.temporal import NANOS, Clock, Day, DaysDuration, Moment, MonthsDuration, offset_seconds
from server.expressions.feel.types import type_name
from server.expressions.feel.values import Range

Reader = Callable[[Any], Any]


def _offset(clock: Clock, day: Day | None = None) -> DaysDuration | None:
    if clock.zone is None:
        return None
    seconds = offset_seconds(clock.zone, day, clock.nanos)
    return None if seconds is None else DaysDuration(seconds * NANOS)


def _zone(clock: Clock) -> str | None:
    return clock.zone.name if clock.zone is not None and clock.zone.name else None


def _second(clock: Clock) -> Decimal:
    second, fraction = clock.seconds[2:]
    return Decimal(second) + Decimal(fraction).scaleb(-9).normalize() if fraction else Decimal(second)


def _whole(number: int, divisor: int) -> int:
    """*number* by *divisor*, cut towards zero as the parts of a negative duration are."""
    return abs(number) // divisor * (1 if number >= 0 else -1)


def _part(duration: DaysDuration, unit: int, within: int) -> Decimal:
    sign = 1 if duration.nanos >= 0 else -1
    return Decimal(sign * (abs(duration.nanos) // (unit * NANOS) % within))


_DAY: dict[str, Reader] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.weekday),
}
_CLOCK: dict[str, Reader] = {
    "hour": lambda clock: Decimal(clock.seconds[0]),
    "minute": lambda clock: Decimal(clock.seconds[1]),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}


def _of_day(read: Reader) -> Reader:
    return lambda moment: read(moment.day)


def _of_clock(read: Reader) -> Reader:
    return lambda moment: read(moment.clock)


_MEMBERS: Mapping[type, Mapping[str, Reader]] = MappingProxyType(
    {
        Day: _DAY,
        Clock: _CLOCK,
        Moment: {name: _of_day(read) for name, read in _DAY.items()}
        | {name: _of_clock(read) for name, read in _CLOCK.items()}
        | {"time offset": lambda moment: _offset(moment.clock, moment.day)},
        DaysDuration: {
            "days": lambda length: Decimal(_whole(length.nanos, 86_400 * NANOS)),
            "hours": lambda length: _part(length, 3600, 24),
            "minutes": lambda length: _part(length, 60, 60),
            "seconds": lambda length: _part(length, 1, 60),
        },
        MonthsDuration: {
            "years": lambda length: Decimal(_whole(length.months, 12)),
            "months": lambda length: Decimal(length.months - _whole(length.months, 12) * 12),
        },
        Range: {
            "start": lambda found: found.low,
            "end": lambda found: found.high,
            "start included": lambda found: found.low_included,
            "end included": lambda found: found.high_included,
        },
    }
)
MEMBER_NAMES = frozenset(name for members in _MEMBERS.values() for name in members)


def member(run: FeelRun, holder: Any, name: str, at: int) -> Any:
    """`holder.name`; of a list, the list of that of each entry."""
    if type(holder) is dict:
        try:
            return holder[name]
        except KeyError:
            return run.miss(f"there is no entry '{name}'", at)
    if type(holder) is list:
        run.items(len(holder), 8)
        run.charge(len(holder))
        return [member(run, item, name, at) for item in holder]
    if holder is None:
        return run.miss(f"null has no entry '{name}'", at)
    readers = _MEMBERS.get(type(holder))
    if readers is not None and name in readers:
        return readers[name](holder)
    return run.fail(f"a {type_name(holder)} has no member '{name}'", at)
