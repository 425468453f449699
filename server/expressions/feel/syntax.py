"""The parts of a FEEL expression as a tree: what was written, and from where to where."""

from decimal import Decimal
from typing import Any


class Part:
    """Any part; `start` and `end` are its place in the text. Parts are never changed once they are read.

    Plain classes: twenty dataclasses would take half the time in which this package is imported.
    """

    __slots__: tuple[str, ...] = ("end", "start")
    start: int
    end: int

    def __init__(self, start: int, end: int, *values: Any) -> None:
        """*values* are those of the part's own fields, in the order in which its class names them."""
        self.start = start
        self.end = end
        for name, value in zip(type(self).__annotations__, values, strict=True):
            setattr(self, name, value)


class Literal(Part):
    """A number, text, true, false or null."""

    __slots__ = ("value",)
    value: Decimal | str | bool | None


class At(Part):
    """`@"2026-01-31"`: text that spells a date, time or duration."""

    __slots__ = ("text",)
    text: str


class Name(Part):
    """A variable or function; `local` when it may be bound within the expression."""

    __slots__ = (
        "local",
        "name",
    )
    name: str
    local: bool


class Path(Part):
    """`holder.member`."""

    __slots__ = (
        "holder",
        "member",
    )
    holder: Part
    member: str


class Binary(Part):
    """`left sign right` for arithmetic and comparisons."""

    __slots__ = (
        "left",
        "right",
        "sign",
    )
    sign: str
    left: Part
    right: Part


class Chain(Part):
    """`first + b - c`: operators of one level, applied from left to right."""

    __slots__ = ("first", "rest")
    first: Part
    rest: tuple[tuple[str, Part], ...]


class Logical(Part):
    """A chain of `and`, or one of `or`."""

    __slots__ = (
        "parts",
        "word",
    )
    word: str
    parts: tuple[Part, ...]


class Negation(Part):
    """`-operand`."""

    __slots__ = ("operand",)
    operand: Part


class Between(Part):
    """`value between low and high`."""

    __slots__ = (
        "high",
        "low",
        "value",
    )
    value: Part
    low: Part
    high: Part


class Test(Part):
    """One positive unary test: `sign` is "" for a value, range or expression."""

    __slots__ = (
        "operand",
        "sign",
    )
    sign: str
    operand: Part


class Tests(Part):
    """Unary tests: any of them, or none of them when `negated`; no tests stand for `-`, which is always true."""

    __slots__ = (
        "negated",
        "tests",
    )
    tests: tuple[Test, ...]
    negated: bool


class In(Part):
    """`value in tests`."""

    __slots__ = (
        "tests",
        "value",
    )
    value: Part
    tests: Tests


class InstanceOf(Part):
    """`value instance of type`."""

    __slots__ = (
        "type",
        "value",
    )
    value: Part
    type: object


class RangeOf(Part):
    """`[low..high]`, `(low..high]` and so on; or `(< high)` with the sign in `sign`."""

    __slots__ = (
        "high",
        "high_included",
        "low",
        "low_included",
        "sign",
    )
    low: Part | None
    high: Part | None
    low_included: bool
    high_included: bool
    sign: str


class ListOf(Part):
    """`[a, b, c]`."""

    __slots__ = ("items",)
    items: tuple[Part, ...]


class ContextOf(Part):
    """`{a: 1, b: a + 1}`: later entries see earlier ones."""

    __slots__ = ("entries",)
    entries: tuple[tuple[str, Part], ...]


class Filter(Part):
    """`source[test]`; `test` is a position when it turns out to be a number."""

    __slots__ = (
        "source",
        "test",
    )
    source: Part
    test: Part


class Conditional(Part):
    """`if test then yes else no`."""

    __slots__ = (
        "no",
        "test",
        "yes",
    )
    test: Part
    yes: Part
    no: Part


class Turn(Part):
    """`name in source`, or `name in source..end`."""

    __slots__ = (
        "last",
        "name",
        "source",
    )
    name: str
    source: Part
    last: Part | None


class For(Part):
    """`for turns return result`."""

    __slots__ = (
        "result",
        "turns",
    )
    turns: tuple[Turn, ...]
    result: Part


class Quantified(Part):
    """`some turns satisfies test`, or `every`."""

    __slots__ = (
        "test",
        "turns",
        "word",
    )
    word: str
    turns: tuple[Turn, ...]
    test: Part


class Lambda(Part):
    """`function(a: number, b) body`."""

    __slots__ = (
        "body",
        "external",
        "parameters",
    )
    parameters: tuple[tuple[str, object], ...]
    body: Part
    external: bool


class Call(Part):
    """`function(1, 2)` or `function(a: 1, b: 2)`."""

    __slots__ = (
        "arguments",
        "function",
        "names",
    )
    function: Part
    arguments: tuple[Part, ...]
    names: tuple[str, ...]
