"""The language of a text where nothing around it says: Python as models could always write it, else FEEL."""

import ast
from functools import lru_cache

from server.errors import Invalid
from server.expressions.expression import Expression
from server.expressions.feel import parse_expression
from server.expressions.feel.functions import FUNCTIONS as FEEL_FUNCTIONS
from server.expressions.python.functions import FUNCTIONS as PYTHON_FUNCTIONS
from server.expressions.python.reading import read_python
from server.expressions.python.syntax import read_expression


@lru_cache(4_096)
def language_of(text: str) -> str:
    """ "feel" or "python" (docs/decisions/006-language-of-an-expression.md)."""
    expression = Expression(text.strip())
    try:
        read_python(expression)
        tree = read_expression(expression)
    except Invalid:
        return "feel"
    return "feel" if _calls_only_feel(tree) and _is_feel(text) else "python"


def _calls_only_feel(tree: ast.expr) -> bool:
    """Whether it calls functions that Python does not know and FEEL does."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return bool(called) and any(name in FEEL_FUNCTIONS for name in called - PYTHON_FUNCTIONS.keys())


def _is_feel(text: str) -> bool:
    try:
        parse_expression(text)
    except Invalid:
        return False
    return True
