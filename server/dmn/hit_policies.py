"""What a decision table makes of the rules that match, by its hit policy (DMN 1.5, 8.2.10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Row = tuple[Any, ...]
"""The outputs of one matching rule, in the order of the columns."""


class Broken(Exception):
    """The rules that match contradict the hit policy; the sentence says how."""


@dataclass(frozen=True)
class Match:
    """A rule that matches (its number counts from 1) and what it puts out."""

    rule: int
    row: Row


@dataclass(frozen=True)
class Ranks:
    """How important a value of each output column is: its place in the list of output values; absent ones come last."""

    columns: tuple[tuple[Any, ...], ...]

    def of(self, match: Match) -> tuple[int, ...]:
        return tuple(
            next((place for place, known in enumerate(values) if _same(known, value)), len(values))
            for values, value in zip(self.columns, match.row, strict=True)
        )


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _unique(matches: Sequence[Match], ranks: Ranks) -> list[Match]:
    if len(matches) > 1:
        rules = ", ".join(str(match.rule) for match in matches)
        raise Broken(f"the rules {rules} match, but the hit policy UNIQUE allows one rule only")
    return list(matches)


def _any(matches: Sequence[Match], ranks: Ranks) -> list[Match]:
    for match in matches[1:]:
        if match.row != matches[0].row:
            raise Broken(
                f"the rules {matches[0].rule} and {match.rule} match with different outputs, "
                "but the hit policy ANY wants them to agree"
            )
    return list(matches[:1])


def _priority(matches: Sequence[Match], ranks: Ranks) -> list[Match]:
    return sorted(matches, key=ranks.of)[:1]


SINGLE: Mapping[str, Callable[[Sequence[Match], Ranks], list[Match]]] = MappingProxyType(
    {"U": _unique, "A": _any, "P": _priority, "F": lambda matches, ranks: list(matches[:1])}
)
"""Policies that give the outputs of one rule."""

MULTIPLE: Mapping[str, Callable[[Sequence[Match], Ranks], list[Match]]] = MappingProxyType(
    {
        "R": lambda matches, ranks: list(matches),
        "C": lambda matches, ranks: list(matches),
        "O": lambda matches, ranks: sorted(matches, key=ranks.of),
    }
)
"""Policies that give the outputs of every rule, in some order."""
