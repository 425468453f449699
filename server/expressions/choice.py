"""The language of a text where nothing around it says: FEEL, or Python where only Python can have been meant."""

import ast
from functools import lru_cache

from server.errors import Invalid
from server.expressions.expression import Expression
from server.expressions.feel import parse_expression
from server.expressions.feel.functions import FUNCTIONS as FEEL_FUNCTIONS
from server.expressions.python.functions import FUNCTIONS as PYTHON_FUNCTIONS
from server.expressions.python.reading import read_python
from server.expressions.python.syntax import read_expression

_COMPARED_IN_PYTHON = (ast.Is, ast.IsNot, ast.NotIn)


@lru_cache(4_096)
def language_of(text: str) -> str:
    """ "feel" or "python" (docs/decisions/006-language-of-an-expression.md)."""
    expression = Expression(text.strip())
    try:
        read_python(expression)
        tree = read_expression(expression)
    except Invalid:
        return "feel"
    if not _is_feel(text) or any(_is_python_alone(part, expression.text) for part in ast.walk(tree)):
        return "python"
    return "feel"


def _is_python_alone(part: ast.AST, text: str) -> bool:
    """Whether FEEL would take the part for something else: for a name of several words, a comment, a path."""
    match part:
        case ast.UnaryOp(op=ast.Not()):
            return not text[part.col_offset + len("not") :].lstrip().startswith("(")
        case ast.Compare():
            return len(part.ops) > 1 or isinstance(part.ops[0], _COMPARED_IN_PYTHON)
        case ast.BinOp():
            return isinstance(part.op, ast.FloorDiv)
        case ast.Constant():
            return part.value is None or isinstance(part.value, bool)
        case ast.Call():
            return bool(part.keywords) or _is_called_in_python(part.func)
    return False


def _is_called_in_python(function: ast.expr) -> bool:
    """FEEL has no methods, and other functions."""
    if isinstance(function, ast.Name):
        return function.id in PYTHON_FUNCTIONS and function.id not in FEEL_FUNCTIONS
    return isinstance(function, ast.Attribute)


def _is_feel(text: str) -> bool:
    try:
        parse_expression(text)
    except Invalid:
        return False
    return True
