"""Arithmetic and comparison that cannot run away and that explain themselves, for every language alike."""

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from server.errors import Failure
from server.expressions.durations import Period, add_period
from server.expressions.run import Run
from server.expressions.settling import NESTED, measure
from server.expressions.wording import kind

Operation = Callable[[Run, Any, Any], Any]

NUMBERS = frozenset({bool, int, float, Decimal})
_LISTS = frozenset({list, tuple})
_DAYS = frozenset({date, datetime})
_ORDERED = (
    NUMBERS,
    frozenset({str}),
    frozenset({date}),
    frozenset({datetime}),
    frozenset({time}),
    frozenset({timedelta}),
    _LISTS,
)


def _unlike(verb: str, left: Any, right: Any) -> Failure:
    return Failure(f"{kind(left)} and {kind(right)} cannot be {verb}")


def align(left: Any, right: Any) -> tuple[Any, Any]:
    """Two numbers that Python can compute with: beside a Decimal a float counts as it is written."""
    if type(left) is Decimal and type(right) is float:
        return left, Decimal(repr(right))
    if type(left) is float and type(right) is Decimal:
        return Decimal(repr(left)), right
    return left, right


def bounded(run: Run, number: Any) -> Any:
    """*number*, unless it is a whole number beyond the limit or has left the real numbers."""
    if type(number) is int and number.bit_length() > run.limits.bits:
        raise Failure("a whole number becomes too large")
    if type(number) is complex:
        raise Failure("a root of a negative number is not a number")
    if type(number) is float and not isfinite(number):
        raise Failure("a number becomes too large or is not defined")
    return number


def _numeric(verb: str, apply: Callable[[Any, Any], Any]) -> Operation:
    def compute(run: Run, left: Any, right: Any) -> Any:
        if type(left) not in NUMBERS or type(right) not in NUMBERS:
            raise _unlike(verb, left, right)
        try:
            return bounded(run, apply(*align(left, right)))
        except ZeroDivisionError:
            raise Failure("a number is divided by zero") from None
        except ArithmeticError:
            raise Failure("a number becomes too large or is not defined") from None

    return compute


_add = _numeric("added", operator.add)
_subtract = _numeric("subtracted", operator.sub)
_multiply = _numeric("multiplied", operator.mul)
_divide = _numeric("divided", operator.truediv)
_floor = _numeric("divided", operator.floordiv)
_modulo = _numeric("divided", operator.mod)
_power = _numeric("raised to a power", operator.pow)


def _calendar(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except OverflowError:
        raise Failure("a date or duration leaves the calendar (years 1 to 9999)") from None
    except TypeError:
        raise Failure("a date with a zone and one without cannot be used together") from None


def add(run: Run, left: Any, right: Any) -> Any:
    if type(left) in NUMBERS:
        return _add(run, left, right)
    kinds = type(left), type(right)
    if kinds == (str, str):
        run.text(len(left) + len(right), left.isascii() and right.isascii())
        return left + right
    if kinds in ((list, list), (tuple, tuple)):
        run.items(len(left) + len(right), 8)
        return left + right
    if kinds[1] in _DAYS and kinds[0] in (timedelta, Period):
        return add(run, right, left)
    if kinds[0] in _DAYS and kinds[1] is Period:
        return _calendar(lambda: add_period(left, right))
    if kinds[0] in _DAYS | {timedelta} and kinds[1] is timedelta:
        return _calendar(lambda: left + right)
    return _add(run, left, right)


def subtract(run: Run, left: Any, right: Any) -> Any:
    if type(left) in NUMBERS:
        return _subtract(run, left, right)
    kinds = type(left), type(right)
    if kinds[0] in _DAYS and kinds[1] is Period:
        return _calendar(lambda: add_period(left, -right))
    if kinds[1] is timedelta and kinds[0] in _DAYS | {timedelta}:
        return _calendar(lambda: left - right)
    if kinds in ((date, date), (datetime, datetime)):
        return _calendar(lambda: left - right)
    return _subtract(run, left, right)


def multiply(run: Run, left: Any, right: Any) -> Any:
    if type(right) in (str, list, tuple, timedelta):
        left, right = right, left
    if type(left) is str and type(right) is int:
        run.text(len(left) * max(right, 0), left.isascii())
        return left * right
    if type(left) in _LISTS and type(right) is int:
        run.items(len(left) * max(right, 0), 8)
        return left * right
    if type(left) is timedelta and type(right) in (int, float):
        return _calendar(lambda: left * right)
    return _multiply(run, left, right)


def divide(run: Run, left: Any, right: Any) -> Any:
    if type(left) is timedelta and type(right) in (int, float, timedelta) and right:
        return _calendar(lambda: left / right)
    return _divide(run, left, right)


def floor_divide(run: Run, left: Any, right: Any) -> Any:
    return _floor(run, left, right)


def modulo(run: Run, left: Any, right: Any) -> Any:
    return _modulo(run, left, right)


def power(run: Run, left: Any, right: Any) -> Any:
    """Raising stops before the computation, since the result alone would fill the memory."""
    if type(left) is int and type(right) is int and right > 0 and (left.bit_length() - 1) * right > run.limits.bits:
        raise Failure("a whole number becomes too large")
    return _power(run, left, right)


def equal(run: Run, left: Any, right: Any) -> bool:
    if type(left) in NESTED and type(right) in NESTED:
        measure(left)
        measure(right)
        run.spend(len(left))
    return bool(left == right)


def _ordering(apply: Callable[[Any, Any], bool]) -> Callable[[Run, Any, Any], bool]:
    def compare(run: Run, left: Any, right: Any) -> bool:
        if not any(type(left) in like and type(right) in like for like in _ORDERED):
            raise _unlike("compared", left, right)
        if type(left) in _LISTS:
            measure(left)
            measure(right)
        try:
            return bool(apply(left, right))
        except TypeError:
            if type(left) in _LISTS:
                raise Failure("the entries of two lists are of kinds that cannot be compared") from None
            raise Failure("a date with a zone and one without cannot be compared") from None
        except ArithmeticError:
            raise Failure("a number that is none cannot be compared") from None

    return compare


less = _ordering(operator.lt)
less_equal = _ordering(operator.le)
greater = _ordering(operator.gt)
greater_equal = _ordering(operator.ge)


def contains(run: Run, collection: Any, item: Any) -> bool:
    """Whether *item* is in *collection*: a part of a text, an entry of a list, a key of a mapping."""
    if type(collection) is str and type(item) is str:
        return item in collection
    if type(collection) is dict:
        return type(item) not in NESTED and item in collection
    if type(collection) in _LISTS:
        run.spend(len(collection) // 8)
        if type(item) in NESTED:
            measure(item)
            measure(collection)
        return item in collection
    raise Failure(f"{kind(collection)} cannot hold {kind(item)}")
