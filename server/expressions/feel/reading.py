"""FEEL as an expression of a process model: variables in, variables out, and an error where a value is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.errors import Failure
from server.expressions.expression import Compiled, Expression
from server.expressions.feel import syntax
from server.expressions.feel.expressions import FeelExpression, guarded, parse_expression
from server.expressions.feel.naming import names_among, possible_names
from server.expressions.feel.run import FeelRun, Frame, Report
from server.expressions.feel.trace import Explanation
from server.expressions.feel.values import from_feel
from server.expressions.settling import settle
from server.expressions.wording import excerpt


@dataclass(frozen=True, eq=False)
class ProcessExpression:
    """See `Compiled`. A null that comes of an error, or of a variable that is not set, is a Failure,
    unless the whole expression only names a variable or an entry of one: that may be missing."""

    text: str
    expression: FeelExpression = field(repr=False)
    optional: bool
    possible_names: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> Any:
        run = FeelRun(scope, functions, converts=True)
        try:
            expression = self.expression if not self.possible_names else self._with_names(scope)
            value = guarded(self.text, expression.node, Frame(run, scope))
            if type(value) is bool:
                return value
            if value is None and run.reports:
                self._complain(run.reports)
            return settle(from_feel(value))
        except Failure as failure:
            raise Failure(str(failure), failure.line or 1, failure.names or sorted(self.names)) from None

    def _with_names(self, scope: Mapping[str, Any]) -> FeelExpression:
        """The same text, read again where a variable is called like what looks like a calculation."""
        names = names_among(self.possible_names, scope, self.names)
        return parse_expression(self.expression.text, names) if names else self.expression

    def explain(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> Explanation:
        """Its value and that of each part; the values are FEEL's own."""
        return self._with_names(scope).explain(scope, functions, converts=True)

    def _complain(self, reports: list[Report]) -> None:
        report = reports[0]
        if self.optional and report.missing:
            return
        line = self.text.count("\n", 0, report.at) + 1
        raise Failure(f"The expression `{excerpt(self.text)}` has no value: {report.reason}", line)


def read_feel(expression: Expression) -> Compiled:
    """Raises Invalid in one sentence for what is not FEEL; the "=" which Camunda 8 writes first is no part of it."""
    text = expression.text.strip()
    text = text[1:] if text.startswith("=") else text
    found = parse_expression(text, line=expression.line)
    return ProcessExpression(text, found, _only_names(found.tree), possible_names(text))


def _only_names(part: syntax.Part) -> bool:
    while isinstance(part, syntax.Path):
        part = part.holder
    return isinstance(part, syntax.Name)
