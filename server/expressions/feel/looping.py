"""Loops of FEEL: `for`, `some`, `every` and filters (DMN 1.5, 10.3.2.14 and 10.3.2.15)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from server.expressions.feel.run import Frame
from server.expressions.feel.temporal import Day, day_at
from server.expressions.feel.values import Range

Node = Callable[[Frame], Any]
Turns = list[tuple[str, Node, Node | None, int]]


def _item_frame(frame: Frame, item: Any) -> Frame:
    """`item` is bound, and over it the entries of the item where it is a context."""
    inner = Frame(frame.run, {"item": item}, frame)
    return Frame(frame.run, item, inner) if type(item) is dict else inner


def first_index(frame: Frame, items: list[Any], test: Node) -> Decimal | None:
    """The number that *test* is, None when it is no number and has to be asked for each item."""
    if items:
        value = test(_item_frame(frame, items[0]))
    else:
        reports = len(frame.run.reports)
        value = test(_item_frame(frame, None))
        del frame.run.reports[reports:]
    return value if type(value) is Decimal else None


def matching(frame: Frame, items: list[Any], test: Node) -> list[Any]:
    """Those of *items* for which *test* is true; null counts as false and what was reported for it is forgotten."""
    run, found = frame.run, list[Any]()
    reports = len(run.reports)
    for item in items:
        run.tick()
        if test(_item_frame(frame, item)) is True:
            found.append(item)
    if found:
        del run.reports[reports:]
    run.items(len(found), 8)
    return found


def for_results(frame: Frame, turns: Turns, result: Node, partial: bool) -> list[Any] | None:
    """The list of results, one for each combination of the turns; null where a source cannot be visited."""
    run, found = frame.run, list[Any]()
    for inner in _combinations(frame, turns, 0):
        if inner is None:
            return None
        if partial:
            # a copy, since the result may be the list itself
            run.items(len(found), 8)
            inner.names["partial"] = found.copy()
        found.append(result(inner))
        run.spend(40)
    run.items(len(found), 0)
    return found


def quantify(frame: Frame, turns: Turns, test: Node, wanted: bool) -> bool | None:
    """Whether *test* is *wanted* once (`some`), or never the opposite (`every`); null where that is not known."""
    known = True
    for inner in _combinations(frame, turns, 0):
        if inner is None:
            return None
        value = test(inner)
        if value is wanted:
            return bool(wanted)
        if type(value) is not bool:
            known = False
    return (not wanted) if known else None


def _combinations(frame: Frame, turns: Turns, index: int) -> Iterator[Frame | None]:
    """The innermost frame of each round, or None once where a source cannot be visited."""
    name, source, last, at = turns[index]
    values = _visited(frame, source, last, at)
    if values is None:
        yield None
        return
    for value in values:
        frame.run.tick()
        inner = Frame(frame.run, {name: value}, frame)
        if index + 1 == len(turns):
            yield inner
            continue
        for innermost in _combinations(inner, turns, index + 1):
            yield innermost
            if innermost is None:
                return


def _visited(frame: Frame, source: Node, last: Node | None, at: int) -> Any:
    first = source(frame)
    if last is not None:
        return _span(frame, first, last(frame), at)
    if type(first) is Range:
        return _of_range(frame, first, at)
    if first is None:
        return frame.run.fail("null cannot be visited entry by entry", at)
    return first if type(first) is list else [first]


def _of_range(frame: Frame, found: Range, at: int) -> Any:
    values = _span(frame, found.low, found.high, at)
    if values is None:
        return None
    return values[0 if found.low_included else 1 : None if found.high_included else -1]


def _span(frame: Frame, first: Any, last: Any, at: int) -> Any:
    """Whole numbers or days from *first* to *last*, downwards where *last* is the smaller."""
    if type(first) is Day and type(last) is Day:
        ordinals = _steps(first.ordinal, last.ordinal)
        frame.run.items(_length(ordinals), 200)
        return [day_at(ordinal) for ordinal in ordinals]
    if type(first) is Decimal and type(last) is Decimal and first == int(first) and last == int(last):
        numbers = _steps(int(first), int(last))
        frame.run.items(_length(numbers), 112)
        return [Decimal(number) for number in numbers]
    return frame.run.fail("only whole numbers and dates can be counted through", at)


def _steps(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def _length(numbers: range) -> int:
    """Like `len`, for spans beyond what Python counts."""
    return abs(numbers.stop - numbers.start)
