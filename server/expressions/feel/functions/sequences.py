"""Functions that look into lists and make lists of them (DMN 1.5, 10.3.4.4 and 10.3.4.7)."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from server.expressions.feel.calling import call_with
from server.expressions.feel.comparison import identity, order, same
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.values import FeelFunction
from server.expressions.settling import measure

SEQUENCE_FUNCTIONS: Registry = {}


@builtin(SEQUENCE_FUNCTIONS, "list contains", "list: list, element: any")
def _contains(run: FeelRun, items: list[Any], element: Any) -> bool:
    measure(items)
    measure(element)
    run.charge(len(items) // 2)
    return any(same(item, element) for item in items)


@builtin(SEQUENCE_FUNCTIONS, "sublist", "list: list, start position: number, length?: number|null")
def _sublist(run: FeelRun, items: list[Any], start: Decimal, length: Decimal | None) -> list[Any] | None:
    place = _place(run, items, start)
    if place is None:
        return None
    part = items[place:] if length is None else items[place : place + max(0, int(length))]
    if length is not None and (int(length) < 1 or place + int(length) > len(items)):
        return run.fail(f"a list of {len(items)} has no {length:.10g} entries from there")
    run.items(len(part), 8)
    return part


def _place(run: FeelRun, items: list[Any], position: Decimal) -> int | None:
    """The index for a position from 1, or from -1 backwards."""
    place = int(position)
    if place == 0 or abs(place) > len(items):
        return run.fail(f"a list of {len(items)} has no entry {position:.10g}")
    return place - 1 if place > 0 else len(items) + place


@builtin(SEQUENCE_FUNCTIONS, "append", "list: list, item*: any")
def _append(run: FeelRun, items: list[Any], more: list[Any]) -> list[Any]:
    run.items(len(items) + len(more), 8)
    return [*items, *more]


@builtin(SEQUENCE_FUNCTIONS, "concatenate", "list*: any")
def _concatenate(run: FeelRun, lists: list[Any]) -> list[Any] | None:
    if None in lists:
        return run.fail("null is no list")
    parts = [part if type(part) is list else [part] for part in lists]
    run.items(sum(map(len, parts)), 8)
    return [item for part in parts for item in part]


@builtin(SEQUENCE_FUNCTIONS, "insert before", "list: list, position: number, newItem: any")
def _insert(run: FeelRun, items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    place = _place(run, items, position)
    run.items(len(items) + 1, 8)
    return None if place is None else [*items[:place], item, *items[place:]]


@builtin(SEQUENCE_FUNCTIONS, "remove", "list: list, position: number")
def _remove(run: FeelRun, items: list[Any], position: Decimal) -> list[Any] | None:
    place = _place(run, items, position)
    run.items(len(items), 8)
    return None if place is None else [*items[:place], *items[place + 1 :]]


@builtin(
    SEQUENCE_FUNCTIONS,
    "list replace",
    "list: list, position: number|function, newItem: any",
    "list: list, match: function, newItem: any",
)
def _replace(run: FeelRun, items: list[Any], where: Any, item: Any) -> list[Any] | None:
    run.items(len(items), 8)
    if isinstance(where, FeelFunction):
        return _replace_matching(run, items, where, item)
    place = _place(run, items, where)
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


def _replace_matching(run: FeelRun, items: list[Any], match: FeelFunction, new: Any) -> list[Any] | None:
    if len(match.parameters) != 2:
        return run.fail("the function that finds entries takes two parameters: the entry and the new one")
    found: list[Any] = []
    for item in items:
        verdict = call_with(run, match, "match", [item, new], run.at)
        if type(verdict) is not bool:
            return run.fail("the function that finds entries has to say true or false")
        found.append(new if verdict else item)
    return found


@builtin(SEQUENCE_FUNCTIONS, "reverse", "list: list")
def _reverse(run: FeelRun, items: list[Any]) -> list[Any]:
    run.items(len(items), 8)
    return items[::-1]


@builtin(SEQUENCE_FUNCTIONS, "index of", "list: list, match: any")
def _index_of(run: FeelRun, items: list[Any], match: Any) -> list[Decimal]:
    measure(items)
    measure(match)
    run.charge(len(items) // 2)
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match)]


def _counted(run: FeelRun, items: list[Any]) -> dict[Any, list[Any]]:
    """The entries that are alike, by what they are, in the order in which each first appears."""
    measure(items)
    found: dict[Any, list[Any]] = {}
    for item in items:
        run.tick()
        run.spend(200)
        found.setdefault(identity(item), []).append(item)
    return found


def _distinct(run: FeelRun, items: list[Any]) -> list[Any]:
    return [alike[0] for alike in _counted(run, items).values()]


@builtin(SEQUENCE_FUNCTIONS, "union", "list*: any")
def _union(run: FeelRun, lists: list[Any]) -> list[Any] | None:
    joined = _concatenate(run, lists)
    return None if joined is None else _distinct(run, joined)


@builtin(SEQUENCE_FUNCTIONS, "distinct values", "list: list")
def _distinct_values(run: FeelRun, items: list[Any]) -> list[Any]:
    return _distinct(run, items)


@builtin(SEQUENCE_FUNCTIONS, "duplicate values", "list: list")
def _duplicates(run: FeelRun, items: list[Any]) -> list[Any]:
    """Camunda's: each value that is there more than once."""
    return [alike[0] for alike in _counted(run, items).values() if len(alike) > 1]


@builtin(SEQUENCE_FUNCTIONS, "flatten", "list: list")
def _flatten(run: FeelRun, items: list[Any]) -> list[Any]:
    measure(items)
    found: list[Any] = []
    waiting = items[::-1]
    while waiting:
        run.tick()
        item = waiting.pop()
        if type(item) is list:
            waiting.extend(reversed(item))
        else:
            found.append(item)
    run.items(len(found))
    return found


@builtin(SEQUENCE_FUNCTIONS, "is empty", "list: list")
def _is_empty(run: FeelRun, items: list[Any]) -> bool:
    return not items


@builtin(SEQUENCE_FUNCTIONS, "partition", "list: list, size: number")
def _partition(run: FeelRun, items: list[Any], size: Decimal) -> list[list[Any]] | None:
    """Camunda's: lists of at most *size* entries."""
    length = int(size)
    if length < 1:
        return run.fail("a part has one entry or more")
    run.items(len(items), 60)
    return [items[start : start + length] for start in range(0, len(items), length)]


class _Undecided(Exception):
    """The function that orders a list said neither true nor false."""


@builtin(SEQUENCE_FUNCTIONS, "sort", "list: list, precedes?: function")
def _sort(run: FeelRun, items: list[Any], precedes: FeelFunction | None) -> list[Any] | None:
    """By a function that says whether one comes before another; without one, as `<` has it."""
    if precedes is not None and len(precedes.parameters) != 2:
        return run.fail("the function that orders a list takes two parameters")

    def comes_first(one: Any, other: Any) -> bool:
        verdict = call_with(run, precedes, "precedes", [one, other], run.at) if precedes else _less(run, one, other)
        if type(verdict) is not bool:
            raise _Undecided
        return verdict

    def compare(one: Any, other: Any) -> int:
        return -1 if comes_first(one, other) else 1 if comes_first(other, one) else 0

    run.items(len(items), 8)
    try:
        return sorted(items, key=cmp_to_key(compare))
    except _Undecided:
        return run.fail("the function that orders a list has to say true or false")


def _less(run: FeelRun, one: Any, other: Any) -> bool | None:
    found = order(run, one, other)
    return None if found is None else found < 0
