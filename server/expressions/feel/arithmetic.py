"""FEEL's arithmetic (DMN 1.5, 10.3.2.5): 34 digits, half to even, and the calendar; null for what has no result."""

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType
from typing import Any

from server.expressions.feel.run import FeelRun
from server.expressions.feel.temporal import (
    DAY_NANOS,
    BeyondCalendar,
    Clock,
    Day,
    DaysDuration,
    Moment,
    MonthsDuration,
    add_months,
    add_nanos,
    clock_instant,
    day_at,
    instant,
    midnight,
)
from server.expressions.feel.types import type_name

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1)
"""IEEE 754 decimal128. Only its methods are used, never as the context of a thread."""
_EXACT = Context(prec=60, rounding=ROUND_DOWN)
_LONGEST = 10**27

Operation = Callable[[FeelRun, Any, Any], Any]
Kinds = tuple[type, type]


class Unlike(Exception):
    """Two values that an operator has no result for; the message says why."""


def _months_later(value: Day | Moment, months: int) -> Day | Moment:
    if type(value) is Moment:
        return Moment(add_months(value.day, months), value.clock)
    return add_months(value, months)  # type: ignore[arg-type]  # a Day, since it is no Moment


def _day_plus(day: Day, nanos: int) -> Day:
    return day_at(day.ordinal + nanos // DAY_NANOS)


def _clock_plus(clock: Clock, nanos: int) -> Clock:
    return Clock((clock.nanos + nanos) % DAY_NANOS, clock.zone)


def _between(left: Moment, right: Moment) -> DaysDuration:
    if (left.clock.zone is None) != (right.clock.zone is None):
        raise Unlike("a date with a zone and one without cannot be subtracted")
    return DaysDuration(instant(left) - instant(right))


def _clocks_between(left: Clock, right: Clock) -> DaysDuration:
    if (left.zone is None) != (right.zone is None):
        raise Unlike("a time with a zone and one without cannot be subtracted")
    return DaysDuration(clock_instant(left) - clock_instant(right))


def _scaled(length: int, factor: Decimal) -> int:
    """*length* times *factor*, cut to a whole number."""
    result = int(_EXACT.multiply(Decimal(length), factor).to_integral_value(ROUND_DOWN, _EXACT))
    return _bounded(result)


def _divided(length: int, divisor: Decimal) -> int:
    return _bounded(int(_EXACT.divide(Decimal(length), divisor).to_integral_value(ROUND_DOWN, _EXACT)))


def _bounded(length: int) -> int:
    if abs(length) > _LONGEST:
        raise BeyondCalendar("a duration becomes too long")
    return length


def _ratio(left: int, right: int) -> Decimal:
    return NUMBERS.divide(Decimal(left), Decimal(right))


_ADD: dict[Kinds, Callable[[Any, Any], Any]] = {
    (Decimal, Decimal): NUMBERS.add,
    (DaysDuration, DaysDuration): lambda one, other: DaysDuration(_bounded(one.nanos + other.nanos)),
    (MonthsDuration, MonthsDuration): lambda one, other: MonthsDuration(_bounded(one.months + other.months)),
    (Day, MonthsDuration): lambda day, length: _months_later(day, length.months),
    (Moment, MonthsDuration): lambda moment, length: _months_later(moment, length.months),
    (Day, DaysDuration): lambda day, length: _day_plus(day, length.nanos),
    (Moment, DaysDuration): lambda moment, length: add_nanos(moment, length.nanos),
    (Clock, DaysDuration): lambda clock, length: _clock_plus(clock, length.nanos),
    (MonthsDuration, Day): lambda length, day: _months_later(day, length.months),
    (MonthsDuration, Moment): lambda length, moment: _months_later(moment, length.months),
    (DaysDuration, Day): lambda length, day: _day_plus(day, length.nanos),
    (DaysDuration, Moment): lambda length, moment: add_nanos(moment, length.nanos),
    (DaysDuration, Clock): lambda length, clock: _clock_plus(clock, length.nanos),
}
_SUBTRACT: dict[Kinds, Callable[[Any, Any], Any]] = {
    (Decimal, Decimal): NUMBERS.subtract,
    (DaysDuration, DaysDuration): lambda one, other: DaysDuration(_bounded(one.nanos - other.nanos)),
    (MonthsDuration, MonthsDuration): lambda one, other: MonthsDuration(_bounded(one.months - other.months)),
    (Day, MonthsDuration): lambda day, length: _months_later(day, -length.months),
    (Moment, MonthsDuration): lambda moment, length: _months_later(moment, -length.months),
    (Day, DaysDuration): lambda day, length: _day_plus(day, -length.nanos),
    (Moment, DaysDuration): lambda moment, length: add_nanos(moment, -length.nanos),
    (Clock, DaysDuration): lambda clock, length: _clock_plus(clock, -length.nanos),
    (Day, Day): lambda one, other: DaysDuration((one.ordinal - other.ordinal) * DAY_NANOS),
    (Moment, Moment): _between,
    (Moment, Day): lambda moment, day: _between(moment, midnight(day)),
    (Day, Moment): lambda day, moment: _between(midnight(day), moment),
    (Clock, Clock): _clocks_between,
}
_MULTIPLY: dict[Kinds, Callable[[Any, Any], Any]] = {
    (Decimal, Decimal): NUMBERS.multiply,
    (Decimal, DaysDuration): lambda factor, length: DaysDuration(_scaled(length.nanos, factor)),
    (DaysDuration, Decimal): lambda length, factor: DaysDuration(_scaled(length.nanos, factor)),
    (Decimal, MonthsDuration): lambda factor, length: MonthsDuration(_scaled(length.months, factor)),
    (MonthsDuration, Decimal): lambda length, factor: MonthsDuration(_scaled(length.months, factor)),
}
_DIVIDE: dict[Kinds, Callable[[Any, Any], Any]] = {
    (Decimal, Decimal): NUMBERS.divide,
    (DaysDuration, Decimal): lambda length, divisor: DaysDuration(_divided(length.nanos, divisor)),
    (MonthsDuration, Decimal): lambda length, divisor: MonthsDuration(_divided(length.months, divisor)),
    (DaysDuration, DaysDuration): lambda one, other: _ratio(one.nanos, other.nanos),
    (MonthsDuration, MonthsDuration): lambda one, other: _ratio(one.months, other.months),
}
_POWER: dict[Kinds, Callable[[Any, Any], Any]] = {(Decimal, Decimal): lambda number, power: _powered(number, power)}


def _powered(number: Decimal, power: Decimal) -> Decimal:
    """Raises ZeroDivisionError for 0 to a negative power, which decimals take for an infinite number."""
    if not number and power < 0:
        raise ZeroDivisionError
    return NUMBERS.power(number, power)


def _operation(verb: str, table: Mapping[Kinds, Callable[[Any, Any], Any]]) -> Operation:
    def compute(run: FeelRun, left: Any, right: Any) -> Any:
        apply = table.get((type(left), type(right)))
        if apply is None:
            return run.fail(f"{_kind(left)} and {_kind(right)} cannot be {verb}")
        try:
            return apply(left, right)
        except ZeroDivisionError:
            return run.fail("a number is divided by zero")
        except Unlike as error:
            return run.fail(str(error))
        except ArithmeticError as error:
            calendar = isinstance(error, BeyondCalendar)
            return run.fail(str(error) if calendar else "a number becomes too large or is not defined")

    return compute


def _kind(value: Any) -> str:
    """ "a number", "an Any": the type with its article."""
    name = type_name(value)
    return name if name == "null" else f"a {name}"


def _add(run: FeelRun, left: Any, right: Any) -> Any:
    if type(left) is str and type(right) is str:
        run.text(len(left) + len(right), left.isascii() and right.isascii())
        return left + right
    return _add_others(run, left, right)


_add_others = _operation("added", _ADD)
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "+": _add,
        "-": _operation("subtracted", _SUBTRACT),
        "*": _operation("multiplied", _MULTIPLY),
        "/": _operation("divided", _DIVIDE),
        "**": _operation("raised to a power", _POWER),
    }
)


def negate(run: FeelRun, value: Any) -> Any:
    """`-value` for numbers and durations."""
    match value:
        case Decimal():
            return NUMBERS.minus(value)
        case DaysDuration():
            return DaysDuration(-value.nanos)
        case MonthsDuration():
            return MonthsDuration(-value.months)
    return run.fail(f"{_kind(value)} has no negative")
