"""What equals what, what comes before what, and what lies within what (DMN 1.5, 10.3.2.13, tables 53 to 55)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from server.expressions.feel.run import FeelRun
from server.expressions.feel.temporal import (
    Clock,
    Day,
    DaysDuration,
    Moment,
    MonthsDuration,
    clock_instant,
    coarse,
    instant,
)
from server.expressions.feel.types import type_name
from server.expressions.feel.values import Range
from server.expressions.settling import measure

_PLAIN = frozenset({Decimal, str, bool, Day, DaysDuration, MonthsDuration})


def equal(run: FeelRun, left: Any, right: Any) -> bool | None:
    """`left = right`: null equals null alone; values of two kinds are an error."""
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return bool(left == right)
    if left is None or right is None:
        return left is right
    if kind is not type(right):
        return run.fail(f"{_article(left)} and {_article(right)} cannot be compared")
    if kind in (list, dict):
        measure(left)
        measure(right)
        run.spend(len(left))
    return same(left, right)


def same(left: Any, right: Any) -> bool:
    """Whether both are equal, without an error for values of two kinds; both have been measured."""
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in _PLAIN or left is None:
        return bool(left == right)
    if kind is list:
        return len(left) == len(right) and all(map(same, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if kind is Moment or kind is Clock:
        return bool(_key(left) == _key(right))
    if kind is Range:
        return _same_ranges(left, right)
    return left is right


def identity(value: Any) -> Any:
    """What can be looked up: equal for two values exactly where `same` says so. *value* has been measured."""
    kind = type(value)
    if kind is list:
        return (kind, *map(identity, value))
    if kind is dict:
        return kind, frozenset((key, identity(item)) for key, item in value.items())
    if kind is Range:
        marks = (value.low_included, value.high_included, value.sign)
        return kind, identity(value.low), identity(value.high), marks
    return kind, _key(value)


def _same_ranges(left: Range, right: Range) -> bool:
    marks = (left.low_included, left.high_included, left.sign) == (right.low_included, right.high_included, right.sign)
    return marks and same(left.low, right.low) and same(left.high, right.high)


def _key(value: Any) -> Any:
    """What a value is ordered by; those with and without a zone have keys that are never equal."""
    if type(value) is Moment:
        return value.clock.zone is None, coarse(instant(value))
    if type(value) is Clock:
        return value.zone is None, coarse(clock_instant(value))
    return value.ordinal if type(value) is Day else value


def order(run: FeelRun, left: Any, right: Any) -> int | None:
    """-1, 0 or 1; null and an error where the two have no order."""
    kind = type(left)
    if kind is not type(right) or kind not in (Decimal, str, Day, Moment, Clock, DaysDuration, MonthsDuration):
        return run.fail(f"{_article(left)} and {_article(right)} have no order")
    first, second = _key(left), _key(right)
    if kind in (Moment, Clock) and first[0] is not second[0]:
        return run.fail("a date or time with a zone and one without have no order")
    return int(first > second) - int(first < second)


def _article(value: Any) -> str:
    name = type_name(value)
    return name if name == "null" else f"a {name}"


def _ordered(holds: Callable[[int], bool]) -> Callable[[FeelRun, Any, Any], bool | None]:
    def compare(run: FeelRun, left: Any, right: Any) -> bool | None:
        found = order(run, left, right)
        return None if found is None else holds(found)

    return compare


def _unequal(run: FeelRun, left: Any, right: Any) -> bool | None:
    found = equal(run, left, right)
    return None if found is None else not found


COMPARISONS: dict[str, Callable[[FeelRun, Any, Any], bool | None]] = {
    "=": equal,
    "!=": _unequal,
    "<": _ordered(lambda found: found < 0),
    "<=": _ordered(lambda found: found <= 0),
    ">": _ordered(lambda found: found > 0),
    ">=": _ordered(lambda found: found >= 0),
}


def within(run: FeelRun, value: Any, found: Range) -> bool | None:
    """Whether *value* lies in a range; null where the two cannot be compared."""
    if found.sign in ("=", "!="):
        return COMPARISONS[found.sign](run, value, found.low)
    low: bool | None = True
    high: bool | None = True
    if found.low is not None or not found.sign:
        low = COMPARISONS[">=" if found.low_included else ">"](run, value, found.low)
    if low is False:
        return False
    if found.high is not None or not found.sign:
        high = COMPARISONS["<=" if found.high_included else "<"](run, value, found.high)
    if high is False:
        return False
    return True if low and high else None


def is_in(run: FeelRun, value: Any, test: Any) -> bool | None:
    """`value in test`: in a range, in a list of values and ranges, or equal to it."""
    if type(test) is Range:
        return within(run, value, test)
    if type(test) is list:
        if type(value) in (list, dict):
            measure(value)
            measure(test)
        for item in test:
            run.tick()
            if same(value, item) or (type(item) is Range and type(value) is not Range and within(run, value, item)):
                return True
        return type(value) is list and same(value, test)
    return equal(run, value, test)
