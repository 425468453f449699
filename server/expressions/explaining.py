"""Asking an expression why it came out as it did: its parts with their values, in every language."""

from collections.abc import Mapping
from typing import Any

from server.errors import Failure, Invalid
from server.expressions.explained import Explained, brief, told
from server.expressions.expression import Compiled, Expression
from server.expressions.feel import Explanation, from_feel
from server.expressions.feel.reading import ProcessExpression
from server.expressions.juel.reading import explain_juel
from server.expressions.languages import parse
from server.expressions.python.reading import explain_python
from server.expressions.run import Run


def explain(expression: Expression, scope: Mapping[str, Any], functions: Mapping[str, Any]) -> Explained:
    """What *expression* comes out as with the variables of *scope*, which are not changed. It may call *functions*,
    so offer none that change anything. Raises nothing: a failure is told in the result."""
    try:
        compiled = parse(expression)
        if isinstance(compiled, ProcessExpression):
            return _of_feel(compiled.explain(scope, functions))
        if expression.language.lower() == "juel":
            return explain_juel(expression.text, Run(scope, functions))
        if expression.language.lower() == "python":
            return explain_python(expression, Run(scope, functions))
        return _of_names(expression, compiled, scope, functions)
    except (Failure, Invalid, RecursionError, MemoryError) as error:
        return Explained(expression.text, None, (), told(error))


def _of_feel(found: Explanation) -> Explained:
    reason = found.failure or ""
    if found.value is None and not reason and found.reports:
        reason = found.reports[0].reason
    return Explained(found.text, _plain(found.value), tuple(_of_feel(part) for part in found.parts), reason)


def _plain(value: Any) -> Any:
    return from_feel(brief(value))


def _of_names(
    expression: Expression, compiled: Compiled, scope: Mapping[str, Any], functions: Mapping[str, Any]
) -> Explained:
    parts = tuple(Explained(name, brief(scope[name])) for name in sorted(compiled.names) if name in scope)
    try:
        return Explained(expression.text, brief(compiled.evaluate(scope, functions)), parts)
    except Failure as failure:
        return Explained(expression.text, None, parts, told(failure))
