"""Cuts what a column may see into pieces within which no cell of the column tells one value from another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import accumulate
from operator import or_, xor
from typing import Any

from server.dmn.cells import Between, Equal, Test, key_of
from server.expressions.feel.temporal import DaysDuration, MonthsDuration, day_at
from server.expressions.feel.values import shown

_STEPS = {"date": day_at, "days": DaysDuration, "months": MonthsDuration}
_WHOLE_TYPES = frozenset({"integer", "long"})


@dataclass(frozen=True)
class Cut:
    """A column cut into pieces, counted from 0; sets of pieces are the bits of a number.

    `sets` are the pieces that each rule's cell allows; None for a cell whose text has to be evaluated.
    `everything` are the pieces that the column may see at all; `examples` is one value of each piece as FEEL writes
    it, "" where the column sees anything whatever.
    """

    label: str
    examples: tuple[str, ...]
    sets: tuple[int | None, ...]
    everything: int

    def allowed(self, rule: int) -> int:
        """The pieces that a rule allows, or may allow."""
        found = self.sets[rule]
        return self.everything if found is None else found

    def rules_of(self) -> list[int]:
        """For each piece the rules that allow it or may allow it, as bits."""
        toggles = [0] * (len(self.examples) + 1)
        for rule in range(len(self.sets)):
            for first, final in runs(self.allowed(rule)):
                toggles[first] ^= 1 << rule
                toggles[final + 1] ^= 1 << rule
        return list(accumulate(toggles[:-1], xor))

    def rivals(self) -> Callable[[int], int]:
        """A function from a rule to those that may allow one of its pieces: never too few, seldom too many."""
        begun, ended = [0] * len(self.examples), [0] * len(self.examples)
        for rule in range(len(self.sets)):
            for first, final in runs(self.allowed(rule)):
                begun[first] |= 1 << rule
                ended[final] |= 1 << rule
        begun = list(accumulate(begun, or_))
        ended = list(accumulate(reversed(ended), or_))[::-1]
        whole = (1 << len(self.sets)) - 1

        def of(rule: int) -> int:
            pieces = self.allowed(rule)
            if pieces == self.everything:
                return whole
            return reduce(or_, (begun[final] & ended[first] for first, final in runs(pieces)), 0)

        return of


def runs(pieces: int) -> list[tuple[int, int]]:
    """The first and last of each unbroken run in a set of pieces."""
    edges = pieces ^ (pieces << 1)
    found = []
    while edges:
        low = edges & -edges
        edges ^= low
        high = edges & -edges
        edges ^= high
        found.append((low.bit_length() - 1, high.bit_length() - 2))
    return found


def cut(
    label: str, cells: Sequence[tuple[Test, ...] | None], allowed: tuple[Test, ...] | None, kind: str | None
) -> Cut:
    """The pieces of one column.

    *cells* are the rules' tests, as `read_cell` gives them; *allowed* are the values that the column may see, None
    if any; *kind* is the type the column states.
    """
    tests = [test for tests in (*cells, allowed) for test in tests or ()]
    kinds = {key[0] for test in tests for key in _keys(test)} - {"null"}
    if len(kinds) != 1:
        return _uncut(label, cells)
    [found] = kinds
    if found in ("string", "boolean"):
        return _listed(label, cells, allowed, found)
    return _ordered(label, cells, allowed, kind in _WHOLE_TYPES or found != "number", found)


def _keys(test: Test) -> list[tuple[str, Any]]:
    values = [test.value] if isinstance(test, Equal) else [each for each in (test.low, test.high) if each is not None]
    return [key for value in values if (key := key_of(value)) is not None]


def _uncut(label: str, cells: Sequence[tuple[Test, ...] | None]) -> Cut:
    """Nothing is known of the values; an empty cell still allows all of them."""
    return Cut(label, ("",), tuple(1 if tests == () else None for tests in cells), 1)


def _listed(label: str, cells: Sequence[tuple[Test, ...] | None], allowed: tuple[Test, ...] | None, kind: str) -> Cut:
    if any(isinstance(test, Between) for tests in (*cells, allowed) for test in tests or ()):
        return _uncut(label, cells)
    named = _values(allowed) or list(dict.fromkeys(value for tests in cells for value in _values(tests)))
    known = [True, False] if kind == "boolean" else named
    others = kind == "string" and not _values(allowed)
    place = {value: number for number, value in enumerate(known)}
    whole = (1 << (len(known) + others)) - 1

    def pieces(tests: tuple[Test, ...] | None) -> int | None:
        if tests is None:
            return None
        return whole if not tests else sum(1 << place[value] for value in set(_values(tests)) if value in place)

    examples = [shown(value, True) for value in known] + (['"' + _another(known) + '"'] if others else [])
    return Cut(label, tuple(examples), tuple(pieces(tests) for tests in cells), whole)


def _values(tests: tuple[Test, ...] | None) -> list[Any]:
    return [test.value for test in tests or () if isinstance(test, Equal) and test.value is not None]


def _another(known: list[Any]) -> str:
    """A text that is not among the known ones."""
    word = "other"
    while word in known:
        word += "?"
    return word


def _ordered(
    label: str, cells: Sequence[tuple[Test, ...] | None], allowed: tuple[Test, ...] | None, whole: bool, kind: str
) -> Cut:
    tests = [test for tests in (*cells, allowed) for test in tests or ()]
    bounds = sorted({key[1] for test in tests for key in _keys(test) if key[0] != "null"})
    place = {bound: number for number, bound in enumerate(bounds)}
    span = (1 << (2 * len(bounds) + 1)) - 1
    known = _spans(allowed, place, span) if allowed else span
    if whole:
        known &= ~sum(1 << 2 * n for n in range(1, len(bounds)) if bounds[n] - bounds[n - 1] <= 1)
    examples = tuple(_example(bounds, number, kind) for number in range(2 * len(bounds) + 1))
    cache = {
        tests: (_spans(tests, place, span) if tests else span) & known for tests in set(cells) if tests is not None
    }
    return Cut(label, examples, tuple(None if tests is None else cache[tests] for tests in cells), known)


def _spans(tests: tuple[Test, ...], place: dict[Any, int], whole: int) -> int:
    found = 0
    for test in tests:
        if isinstance(test, Equal):
            key = key_of(test.value)
            if key is not None and key[1] in place:
                found |= 1 << 2 * place[key[1]] + 1
            continue
        low, high = (key_of(bound) if bound is not None else None for bound in (test.low, test.high))
        first = 2 * place[low[1]] + (1 if test.low_included else 2) if low else 0
        final = 2 * place[high[1]] + (1 if test.high_included else 0) if high else whole.bit_length() - 1
        if first <= final:
            found |= (1 << final + 1) - (1 << first)
    return found


def _example(bounds: list[Any], number: int, kind: str) -> str:
    """A value of the piece: the bound, between two bounds, or just outside of them."""
    place = number // 2
    if number % 2:
        value = bounds[place]
    elif place == 0:
        value = bounds[0] - 1
    elif place == len(bounds):
        value = bounds[-1] + 1
    elif kind == "number":
        low, high = bounds[place - 1], bounds[place]
        value = low + 1 if low + 1 < high else (low + high) / Decimal(2)
    else:
        value = bounds[place - 1] + 1
    return shown(value if kind == "number" else _STEPS[kind](value), True)
