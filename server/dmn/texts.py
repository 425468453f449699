"""Makes closures of the texts of a model, whatever language they are in; the one door from DMN to expressions."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from server import expressions
from server.dmn.decision import Literal
from server.dmn.languages import FEEL, JUEL
from server.dmn.run import Run
from server.errors import Failure, Invalid
from server.expressions import Expression
from server.expressions.feel import (
    Type,
    from_feel,
    parse_expression,
    parse_unary_tests,
    to_feel,
)
from server.expressions.feel.expressions import guarded
from server.expressions.feel.run import Frame

Scope = Mapping[str, Any]
INPUT = "cellInput"
"""By which name a cell in another language than FEEL calls the value that it looks at."""


def expression(literal: Literal, names: frozenset[str], types: Mapping[str, Type]) -> Callable[[Scope, Run], Any]:
    """The closure of an expression: its value in a scope, null where it has none, which the run notes.

    Raises Invalid when the text is not understood.
    """
    if literal.language != FEEL:
        return _foreign(_written(literal), literal.line)
    found = parse_expression(literal.text, _special(names), types=_named(literal.text, types))
    text, node, line = literal.text, found.node, literal.line

    def evaluate(scope: Scope, run: Run) -> Any:
        value = guarded(text, node, Frame(run.feel, scope))
        if run.feel.reports:
            run.take_reports(line)
        return value

    return evaluate


def tests(
    literal: Literal, names: frozenset[str], types: Mapping[str, Type], variable: str | None
) -> Callable[[Any, Scope, Run], bool]:
    """The closure of unary tests: whether they hold for a value, which they know as `?` and as *variable*.

    Raises Invalid when the text is not understood.
    """
    if literal.language != FEEL:
        return _foreign_tests(literal, variable)
    found = parse_unary_tests(literal.text, _special(names), types=_named(literal.text, types))
    line = literal.line

    def hold(value: Any, scope: Scope, run: Run) -> bool:
        bound = {"?": value} if variable is None else {"?": value, variable: value}
        passed = guarded(found.text, found.node, Frame(run.feel, bound, Frame(run.feel, scope)))
        if run.feel.reports:
            # a value that cannot be compared with a cell simply does not match it; what the cell computes may go wrong
            run.feel.reports[:] = [report for report in run.feel.reports if not report.compared]
            run.take_reports(line)
        return passed is True

    return hold


@lru_cache(4096)
def constant(text: str) -> Any:
    """The value of an expression that reads no variables, such as `date("2026-01-31")`; null where it has none."""
    try:
        return parse_expression(text).evaluate({})
    except (Failure, Invalid):
        return None


def aggregate(name: str, values: list[Any], run: Run) -> Any:
    """SUM, MIN, MAX or COUNT as FEEL's functions of those names have it; null where it cannot be told."""
    found = parse_expression(f"{name.lower()}(values)")
    value = guarded(found.text, found.node, Frame(run.feel, {"values": values})) if values or name == "COUNT" else None
    run.feel.reports.clear()
    return value


def _special(names: frozenset[str]) -> frozenset[str]:
    """Only names that are more than one word or sign have to be told beforehand."""
    return frozenset(name for name in names if not name.isidentifier() or name in _KEYWORDS)


_KEYWORDS = frozenset("and or not in if then else for return some every satisfies between instance of function".split())


def _named(text: str, types: Mapping[str, Type]) -> Mapping[str, Type]:
    """The types of the model, where the text can name any."""
    return types if "instance" in text or "function" in text else {}


def _written(literal: Literal) -> Expression:
    """JUEL in a decision may leave its braces out."""
    text = literal.text
    if literal.language == JUEL and "${" not in text and "#{" not in text:
        text = "${" + text + "}"
    return Expression(text, literal.language, literal.line)


def _foreign(written: Expression, line: int) -> Callable[[Scope, Run], Any]:
    compiled = expressions.parse(written)

    def evaluate(scope: Scope, run: Run) -> Any:
        run.feel.tick()
        try:
            return to_feel(
                compiled.evaluate({name: from_feel(scope[name]) for name in compiled.names if name in scope})
            )
        except Failure as failure:
            return run.note(str(failure), line, broken=True)

    return evaluate


_SIGN = re.compile(r"\s*(<=|>=|==|!=|<|>|in\s|not in\s)")


def _foreign_tests(literal: Literal, variable: str | None) -> Callable[[Any, Scope, Run], bool]:
    """A cell in JUEL or Python: a comparison that leaves its left side out, a condition, or a value to be equal to."""
    name = variable or INPUT
    signed = _SIGN.match(literal.text) is not None
    text = (
        f"{name} {literal.text}"
        if signed
        else literal.text.replace("?", name)
        if literal.language != JUEL
        else literal.text
    )
    compiled = _foreign(_written(Literal(text, literal.language, line=literal.line)), literal.line)

    def hold(value: Any, scope: Scope, run: Run) -> bool:
        found = compiled({**scope, name: value}, run)
        return found is True or (not isinstance(found, bool) and found is not None and found == value)

    return hold
