"""Functions on numbers (DMN 1.5, 10.3.4.5)."""

import random
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from server.expressions.feel.arithmetic import NUMBERS
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.temporal import DaysDuration, MonthsDuration

NUMBER_FUNCTIONS: Registry = {}
_WIDE = Context(prec=80, Emin=-6_200, Emax=6_200)
_SCALES = range(-6_111, 6_177)


def _rounded(run: FeelRun, number: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    places = int(scale or 0)
    if places not in _SCALES:
        return run.fail("a scale has to lie between -6111 and 6176")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return number
    return NUMBERS.plus(number.quantize(Decimal((0, (1,), -places)), rounding, _WIDE))


def _rounding(name: str, signature: str, rounding: str) -> None:
    @builtin(NUMBER_FUNCTIONS, name, signature)
    def apply(run: FeelRun, number: Decimal, scale: Decimal | None) -> Decimal | None:
        return _rounded(run, number, scale, rounding)


for _name, _mode in (
    ("decimal", ROUND_HALF_EVEN),
    ("round up", ROUND_UP),
    ("round down", ROUND_DOWN),
    ("round half up", ROUND_HALF_UP),
    ("round half down", ROUND_HALF_DOWN),
):
    _rounding(_name, "n: number, scale: number", _mode)
_rounding("floor", "n: number, scale?: number", ROUND_FLOOR)
_rounding("ceiling", "n: number, scale?: number", ROUND_CEILING)


@builtin(NUMBER_FUNCTIONS, "abs", "n: number|days|months")
def _abs(run: FeelRun, number: Any) -> Any:
    if isinstance(number, DaysDuration):
        return DaysDuration(abs(number.nanos))
    return MonthsDuration(abs(number.months)) if isinstance(number, MonthsDuration) else NUMBERS.abs(number)


@builtin(NUMBER_FUNCTIONS, "modulo", "dividend: number, divisor: number")
def modulo(run: FeelRun, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder has the sign of the divisor: dividend - divisor * floor(dividend / divisor)."""
    if divisor == 0:
        return run.fail("a number is divided by zero")
    rest = NUMBERS.remainder(dividend, divisor) if abs(dividend) < abs(divisor) * Decimal("1e34") else None
    if rest is None:
        return run.fail("the remainder has more digits than a number")
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _root(name: str, signature: str, lowest: Callable[[Decimal], bool], compute: Callable[[Decimal], Decimal]) -> None:
    @builtin(NUMBER_FUNCTIONS, name, signature)
    def apply(run: FeelRun, number: Decimal) -> Decimal | None:
        if not lowest(number):
            return run.fail(f"'{name}' is not defined for {number:.10g}")
        return compute(number)


_root("sqrt", "number: number", lambda number: number >= 0, NUMBERS.sqrt)
_root("log", "number: number", lambda number: number > 0, NUMBERS.ln)
_root("exp", "number: number", lambda number: True, NUMBERS.exp)


@builtin(NUMBER_FUNCTIONS, "odd", "number: number")
def _odd(run: FeelRun, number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)) in (1, -1) if abs(number) < Decimal("1e34") else False


@builtin(NUMBER_FUNCTIONS, "even", "number: number")
def _even(run: FeelRun, number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)) == 0 if abs(number) < Decimal("1e34") else True


@builtin(NUMBER_FUNCTIONS, "random number", "")
def _random(run: FeelRun) -> Decimal:
    """From 0 up to but not 1, as Camunda has it; not fit for secrets."""
    return Decimal(repr(random.random()))  # noqa: S311  # a model's dice, no secret
