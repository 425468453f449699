"""Python text of a model as an expression or a script."""

from server.expressions.evaluation import Evaluation
from server.expressions.expression import Compiled, CompiledScript, Expression
from server.expressions.python.expressions import ExpressionBuilder
from server.expressions.python.script import Script
from server.expressions.python.statements import StatementBuilder
from server.expressions.python.syntax import read_expression, read_script


def read_python(expression: Expression) -> Compiled:
    """Raises Invalid in one sentence for what models may not contain."""
    builder = ExpressionBuilder(expression, pure=True)
    node = builder.build(read_expression(expression))
    return Evaluation(expression.text, frozenset(builder.names), node)


def read_python_script(expression: Expression) -> CompiledScript:
    """Raises Invalid in one sentence for what models may not contain."""
    builder = StatementBuilder(expression)
    body = builder.block(read_script(expression))
    return Script(body, frozenset(builder.values.names), builder.values.changes)
