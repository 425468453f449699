"""Finds the rules whose cell of one column allows a value, without looking at each: sets of rules as bits of a number.

Bit n stands for rule n. Constants are looked up; comparisons and intervals cut the values of a kind into pieces, and
each piece knows its rules. Cells that are neither are left for the caller to look at one by one (`open`).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import xor
from typing import Any

from server.dmn.cells import Between, Equal, Key, Test, key_of

_MOST_BITS = 64_000_000
"""Bits that the pieces of one column may take, 8 MB; a larger column is looked at cell by cell."""


@dataclass(frozen=True)
class Pieces:
    """What comparisons say about values of one kind: piece 2n+1 is the n-th bound itself, 2n what lies before it."""

    bounds: list[Any]
    rules: list[int]

    def at(self, value: Any) -> int:
        place = bisect_left(self.bounds, value)
        on_bound = place < len(self.bounds) and self.bounds[place] == value
        return self.rules[2 * place + (1 if on_bound else 0)]


@dataclass(frozen=True)
class Column:
    """One column; `always` are the rules that allow anything, `open` those whose cell has to be looked at."""

    always: int
    open: int
    equal: dict[Key, int]
    pieces: dict[str, Pieces]
    everything: int

    def candidates(self, value: Any) -> tuple[int, int]:
        """The rules that may allow the value, and those among them whose cell still has to be looked at."""
        key = key_of(value)
        if key is None:
            return self.everything, self.everything & ~self.always
        found = self.always | self.open | self.equal.get(key, 0)
        pieces = self.pieces.get(key[0])
        return (found | pieces.at(key[1]) if pieces is not None else found), self.open


def column(cells: Sequence[tuple[Test, ...] | None]) -> Column:
    """The index of one column, given each rule's cell: its tests, none for anything, None for what FEEL has to say."""
    always, open_ = 0, 0
    equal: dict[Key, int] = {}
    spans: dict[str, list[tuple[int, Between]]] = {}
    for number, tests in enumerate(cells):
        bit = 1 << number
        if tests is None:
            open_ |= bit
        elif not tests:
            always |= bit
        for test in tests or ():
            if isinstance(test, Equal):
                key = _key(test.value)
                equal[key] = equal.get(key, 0) | bit
            else:
                spans.setdefault(_key(test.high if test.low is None else test.low)[0], []).append((number, test))
    pieces: dict[str, Pieces] = {}
    for kind, tested in spans.items():
        built = _pieces(tested, len(cells))
        if built is None:
            for number, _ in tested:
                open_ |= 1 << number
        else:
            pieces[kind] = built
    return Column(always, open_, equal, pieces, (1 << len(cells)) - 1)


def _key(value: Any) -> Key:
    key = key_of(value)
    assert key is not None, "cells hold constants that can be looked up"
    return key


def _pieces(tested: Sequence[tuple[int, Between]], rules: int) -> Pieces | None:
    bounds = sorted({_key(bound)[1] for _, test in tested for bound in (test.low, test.high) if bound is not None})
    if (2 * len(bounds) + 1) * rules > _MOST_BITS:
        return None
    place = {bound: number for number, bound in enumerate(bounds)}
    spans: dict[int, list[tuple[int, int]]] = {}
    for number, test in tested:
        first, final = 0, 2 * len(bounds)
        if test.low is not None:
            first = 2 * place[_key(test.low)[1]] + (1 if test.low_included else 2)
        if test.high is not None:
            final = 2 * place[_key(test.high)[1]] + (1 if test.high_included else 0)
        if first <= final:
            spans.setdefault(number, []).append((first, final))
    toggles = [0] * (2 * len(bounds) + 2)
    for number, own in spans.items():
        for first, final in _joined(own):
            toggles[first] ^= 1 << number
            toggles[final + 1] ^= 1 << number
    return Pieces(bounds, list(accumulate(toggles[:-1], xor)))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same pieces without overlaps, so that each is switched on and off once."""
    joined: list[tuple[int, int]] = []
    for first, final in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], final))
        else:
            joined.append((first, final))
    return joined


def numbers(rules: int) -> list[int]:
    """The rules in a set, ascending, counted from 0."""
    found = []
    while rules:
        lowest = rules & -rules
        found.append(lowest.bit_length() - 1)
        rules ^= lowest
    return found
