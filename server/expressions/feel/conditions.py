"""Comparisons and logic as closures, quick where a condition is written as most are (DMN 1.5, tables 50 and 53)."""

import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from server.expressions.feel.run import Frame

Node = Callable[[Frame], Any]

QUICK: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": operator.eq,
        "!=": operator.ne,
    }
)


def with_literal(left: Node, literal: Any, quick: Callable[[Any, Any], bool], apply: Any, at: int) -> Node:
    """A comparison with a number or text that is written down: what most conditions are."""
    kind = type(literal)

    def compare(frame: Frame) -> Any:
        value = left(frame)
        if type(value) is kind:
            return quick(value, literal)
        frame.run.at = at
        return apply(frame.run, value, literal)

    return compare


def both_or_either(first: Node, second: Node, decisive: bool) -> Node:
    """`and` or `or` of two."""

    def evaluate(frame: Frame) -> bool | None:
        one = first(frame)
        if one is decisive:
            return bool(decisive)
        other = second(frame)
        if other is decisive:
            return bool(decisive)
        return (not decisive) if type(one) is bool and type(other) is bool else None

    return evaluate


def all_or_any(parts: Sequence[Node], decisive: bool) -> Node:
    """A longer chain of `and` or `or`."""

    def evaluate(frame: Frame) -> bool | None:
        known = True
        for each in parts:
            value = each(frame)
            if value is decisive:
                return bool(decisive)
            if type(value) is not bool:
                known = False
        return (not decisive) if known else None

    return evaluate
