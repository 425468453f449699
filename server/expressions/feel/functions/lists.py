"""Functions that make one value of a list (DMN 1.5, 10.3.4.4 and 10.3.4.5)."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from server.expressions.feel.arithmetic import NUMBERS, OPERATIONS
from server.expressions.feel.comparison import order
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.temporal import DaysDuration, MonthsDuration

LIST_FUNCTIONS: Registry = {}


def _over(name: str, kinds: str = "any") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function that takes one list, or its entries as so many parameters."""
    return builtin(LIST_FUNCTIONS, name, "list: list", f"item*: {kinds}")


@_over("count")
def _count(run: FeelRun, items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _extreme(name: str, wanted: int) -> None:
    @_over(name)
    def apply(run: FeelRun, items: list[Any]) -> Any:
        if not items:
            return None
        best = items[0]
        for item in items:
            run.tick()
            found = order(run, item, best)
            if found is None:
                return None
            if found == wanted:
                best = item
        return best


_extreme("min", -1)
_extreme("max", 1)


def _numeric(run: FeelRun, name: str, items: list[Any]) -> bool:
    """Whether all of *items* are numbers; a report if not."""
    for item in items:
        run.tick()
        if type(item) is not Decimal:
            run.fail(f"'{name}' needs a list of numbers")
            return False
    return True


@_over("sum")
def _sum(run: FeelRun, items: list[Any]) -> Any:
    """The sum of numbers, or of durations of one kind; null for none."""
    if not items:
        return None
    if type(items[0]) not in (DaysDuration, MonthsDuration) and not _numeric(run, "sum", items):
        return None
    total = items[0]
    for item in items[1:]:
        run.tick()
        total = OPERATIONS["+"](run, total, item)
    return total


@_over("product")
def _product(run: FeelRun, items: list[Any]) -> Decimal | None:
    if not items or not _numeric(run, "product", items):
        return None
    total = Decimal(1)
    for item in items:
        total = NUMBERS.multiply(total, item)
    return total


@_over("mean")
def _mean(run: FeelRun, items: list[Any]) -> Any:
    total = _sum(run, items)
    return None if total is None else OPERATIONS["/"](run, total, Decimal(len(items)))


@_over("median")
def _median(run: FeelRun, items: list[Decimal]) -> Decimal | None:
    if not items or not _numeric(run, "median", items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@_over("stddev")
def _stddev(run: FeelRun, items: list[Any]) -> Decimal | None:
    """Of a sample: by one less than there are."""
    if not _numeric(run, "stddev", items):
        return None
    if len(items) < 2:
        return run.fail("'stddev' needs two numbers or more")
    mean = _mean(run, items)
    squares = Decimal()
    for item in items:
        distance = NUMBERS.subtract(item, mean)
        squares = NUMBERS.add(squares, NUMBERS.multiply(distance, distance))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(items) - 1)))


@_over("mode")
def _mode(run: FeelRun, items: list[Any]) -> list[Decimal] | None:
    if not _numeric(run, "mode", items):
        return None
    counts = Counter(items)
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _truth(name: str, decisive: bool) -> None:
    @_over(name)
    def apply(run: FeelRun, items: list[Any]) -> bool | None:
        known = True
        for item in items:
            run.tick()
            if item is not None and type(item) is not bool:
                return run.fail(f"'{name}' needs a list of true and false")
            known = known and item is not None
        return decisive if decisive in items else (not decisive) if known else None


_truth("all", False)
_truth("any", True)
