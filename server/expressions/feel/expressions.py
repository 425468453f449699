"""FEEL for the rest of the house: a text read once, evaluated any number of times, explained when asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NoReturn

from server.errors import Failure, Invalid, Problem
from server.expressions.feel import syntax
from server.expressions.feel.building import Builder, Node
from server.expressions.feel.cursor import index_of
from server.expressions.feel.functions import FUNCTIONS
from server.expressions.feel.lexer import Misspelt
from server.expressions.feel.members import MEMBER_NAMES
from server.expressions.feel.parser import Parser
from server.expressions.feel.run import FeelRun, Frame, Report
from server.expressions.feel.trace import Explanation, Tracer
from server.expressions.feel.types import Type
from server.expressions.wording import excerpt

_CACHED = 4_096
_EVERYWHERE = index_of({*FUNCTIONS, *MEMBER_NAMES})
NO_TYPES: Mapping[str, Type] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class FeelExpression:
    """An expression that has been understood. Any thread may evaluate it at any time.

    `names` are the variables it reads, as far as that shows in the text. Values in and out are FEEL's own: pass
    what comes from variables through `values.to_feel` before, and what goes there through `values.from_feel` after.
    """

    text: str
    names: frozenset[str]
    tree: syntax.Part
    node: Node = field(repr=False)

    def evaluate(
        self,
        context: Mapping[str, Any],
        functions: Mapping[str, Any] = MappingProxyType({}),
        reports: list[Report] | None = None,
    ) -> Any:
        """Its value; null where an error was reported, which is then appended to *reports*.

        Raises Failure where it asks for more than the limits allow.
        """
        run = FeelRun(context, functions)
        value = guarded(self.text, self.node, Frame(run, context))
        if reports is not None:
            reports.extend(run.reports)
        return value

    def explain(
        self, context: Mapping[str, Any], functions: Mapping[str, Any] = MappingProxyType({}), converts: bool = False
    ) -> Explanation:
        """Its value and that of each of its parts, for whoever asks why it came out so.

        *converts*: the context holds variables as they are kept, not FEEL's own values.
        """
        return Tracer(self.text, self.tree).explain(FeelRun(context, functions, converts))


@dataclass(frozen=True, eq=False)
class UnaryTests:
    """Unary tests, as a cell of a decision table holds them (grammar rule 17)."""

    text: str
    names: frozenset[str]
    tree: syntax.Tests
    node: Node = field(repr=False)

    def matches(
        self,
        value: Any,
        context: Mapping[str, Any],
        functions: Mapping[str, Any] = MappingProxyType({}),
        reports: list[Report] | None = None,
    ) -> bool | None:
        """Whether *value* passes; null where that cannot be said, with the reason in *reports*."""
        run = FeelRun(context, functions)
        outer = Frame(run, context)
        passed = guarded(self.text, self.node, Frame(run, {"?": value}, outer))
        if reports is not None:
            reports.extend(run.reports)
        return passed if type(passed) is bool else None

    def explain(
        self, value: Any, context: Mapping[str, Any], functions: Mapping[str, Any] = MappingProxyType({})
    ) -> Explanation:
        """Whether *value* passes, and the value of each part."""
        return Tracer(self.text, self.tree).explain(FeelRun(context, functions), (value,))


def guarded(text: str, node: Node, frame: Frame) -> Any:
    """The value of *node*; what Python itself cannot bear is a Failure too."""
    try:
        return node(frame)
    except Failure as failure:
        sentence = f"The expression `{excerpt(text)}` cannot be evaluated: {failure}"
        raise Failure(sentence, failure.line or 1, failure.names) from None
    except (RecursionError, MemoryError, OverflowError):
        raise Failure(f"The expression `{excerpt(text)}` is nested too deeply or needs too much memory", 1) from None


def parse_expression(
    text: str, names: Iterable[str] = frozenset(), line: int = 0, types: Mapping[str, Type] = NO_TYPES
) -> FeelExpression:
    """*text* as an expression; *names* are those of the context, needed where they hold signs or keywords.

    *line* is where it begins in its file; *types* are those that a model defines. Raises Invalid with one sentence.
    """
    try:
        if types:
            return _expression(text, frozenset(names), types)
        return _cached_expression(text, frozenset(names))
    except Misspelt as error:
        _refuse(text, line, error)
    except RecursionError:
        _refuse(text, line, Misspelt("it is nested too deeply"))


def parse_unary_tests(
    text: str, names: Iterable[str] = frozenset(), line: int = 0, types: Mapping[str, Type] = NO_TYPES
) -> UnaryTests:
    """*text* as unary tests; otherwise as `parse_expression`."""
    try:
        if types:
            return _tests(text, frozenset(names), types)
        return _cached_tests(text, frozenset(names))
    except Misspelt as error:
        _refuse(text, line, error)
    except RecursionError:
        _refuse(text, line, Misspelt("it is nested too deeply"))


def _refuse(text: str, line: int, error: Misspelt) -> NoReturn:
    before = text[: error.at]
    row = before.count("\n")
    place = f"line {row + 1}, column {error.at - before.rfind(chr(10))}" if row else f"column {error.at + 1}"
    sentence = f"The expression `{excerpt(text)}` cannot be used: {error} ({place})."
    raise Invalid(sentence, [Problem(sentence, line=line + row if line else 0)]) from None


def _expression(text: str, names: frozenset[str], types: Mapping[str, Type]) -> FeelExpression:
    parser = Parser(text, names, types, _EVERYWHERE)
    tree = parser.expression()
    read = frozenset(parser.free) - FUNCTIONS.keys()
    return FeelExpression(text, read, tree, Builder().build(tree))


def _tests(text: str, names: frozenset[str], types: Mapping[str, Type]) -> UnaryTests:
    parser = Parser(text, names, types, _EVERYWHERE)
    tree = parser.unary_tests()
    read = frozenset(parser.free) - FUNCTIONS.keys()
    return UnaryTests(text, read, tree, Builder().build(tree))


@lru_cache(_CACHED)
def _cached_expression(text: str, names: frozenset[str]) -> FeelExpression:
    return _expression(text, names, NO_TYPES)


@lru_cache(_CACHED)
def _cached_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return _tests(text, names, NO_TYPES)
