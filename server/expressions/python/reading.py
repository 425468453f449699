"""Python text of a model as an expression or a script."""

import ast

from server.expressions.evaluation import Evaluation
from server.expressions.explained import Explained
from server.expressions.expression import Compiled, CompiledScript, Expression
from server.expressions.python.expressions import ExpressionBuilder, Node
from server.expressions.python.script import Script
from server.expressions.python.statements import StatementBuilder
from server.expressions.python.syntax import read_expression, read_script
from server.expressions.run import Run
from server.expressions.tracing import Tracer


def read_python(expression: Expression) -> Compiled:
    """Raises Invalid in one sentence for what models may not contain."""
    builder = ExpressionBuilder(expression, pure=True)
    node = builder.build(read_expression(expression))
    return Evaluation(expression.text, frozenset(builder.names), node)


def explain_python(expression: Expression, run: Run) -> Explained:
    """The value of a text that `read_python` has understood, and of each part of it as Python writes it."""
    tree = read_expression(expression)
    tracer = Tracer(expression.text, ast.unparse(tree))

    def watch(part: ast.expr, node: Node) -> Node:
        trivial = isinstance(part, (ast.Constant, ast.Slice, ast.FormattedValue))
        return node if trivial else tracer.watched(ast.unparse(part), node)

    return tracer.explain(ExpressionBuilder(expression, pure=True, watch=watch).build(tree), run)


def read_python_script(expression: Expression) -> CompiledScript:
    """Raises Invalid in one sentence for what models may not contain."""
    builder = StatementBuilder(expression)
    body = builder.block(read_script(expression))
    return Script(body, frozenset(builder.values.names), builder.values.changes)
