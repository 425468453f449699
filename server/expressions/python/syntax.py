"""Model text to a syntax tree: bounded before anything is built from it, and refused in one sentence."""

import ast
from typing import NoReturn

from server.errors import Invalid, Problem
from server.expressions.expression import Expression
from server.expressions.limits import LIMITS
from server.expressions.wording import excerpt

_WORDS: dict[type[ast.AST], str] = {
    ast.Lambda: "'lambda'",
    ast.Import: "'import'",
    ast.ImportFrom: "'import'",
    ast.FunctionDef: "'def'",
    ast.AsyncFunctionDef: "'async def'",
    ast.ClassDef: "'class'",
    ast.With: "'with'",
    ast.Try: "'try'",
    ast.Return: "'return'",
    ast.Yield: "'yield'",
    ast.Await: "'await'",
    ast.Global: "'global'",
    ast.NamedExpr: "':='",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.Starred: "'*'",
    ast.Assert: "'assert'",
}


def refuse(expression: Expression, what: str, line: int = 1) -> NoReturn:
    """Raise Invalid: *what* is wrong on *line* of the text, counted from 1."""
    place = f" on line {line}" if line > 1 else ""
    sentence = f"The {_noun(expression)} `{excerpt(expression.text)}` cannot be used: {what}{place}."
    raise Invalid(sentence, [Problem(sentence, line=expression.line + line - 1 if expression.line else 0)])


def _noun(expression: Expression) -> str:
    return "script" if "\n" in expression.text.strip() else "expression"


def refuse_node(expression: Expression, node: ast.AST) -> NoReturn:
    """Raise Invalid for a construct that models may not use."""
    word = _WORDS.get(type(node), f"'{type(node).__name__}'")
    refuse(expression, f"{word} is not among the parts of Python that models may use", getattr(node, "lineno", 1))


def read_expression(expression: Expression) -> ast.expr:
    """The tree of one expression; it may span lines, as if it stood in parentheses."""
    text = expression.text.strip()
    if not text:
        refuse(expression, "it is empty; write a Python expression such as amount > 1000")
    tree = _read(expression, f"({text}\n)" if "\n" in text else text)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        refuse(expression, "it is not one expression; assignments belong into a script")
    return tree.body[0].value


def read_script(expression: Expression) -> list[ast.stmt]:
    """The statements of a script; lines that are all indented alike are moved to the margin."""
    return _read(expression, _to_margin(expression.text)).body


def _to_margin(text: str) -> str:
    """XML editors indent a script as a whole. Line numbers stay as they are."""
    lines = text.expandtabs(8).split("\n") if len(text) <= LIMITS.text else []
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip(" ")) for line in filled), default=0)
    if not margin and filled and lines[0].strip() and len(filled) > 1:
        # the first line often stands right behind the tag, and only the others are indented
        others = filled[1:]
        margin = min(len(line) - len(line.lstrip(" ")) for line in others)
        if margin and not filled[0].rstrip().endswith(":"):
            return "\n".join([lines[0], *(line[margin:] for line in lines[1:])])
        return text
    return "\n".join(line[margin:] for line in lines) if margin else text


def _read(expression: Expression, text: str) -> ast.Module:
    if len(expression.text) > LIMITS.text:
        refuse(expression, f"it is longer than {LIMITS.text:,} characters")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        if "too many nested" in str(error.msg):
            refuse(expression, "it is nested too deeply")
        if "integer string conversion" in str(error.msg):
            refuse(expression, "a number in it is too large", min(error.lineno or 1, text.count("\n") + 1))
        refuse(expression, f"it is not Python ({error.msg})", min(error.lineno or 1, text.count("\n") + 1))
    except (RecursionError, MemoryError):
        refuse(expression, "it is nested too deeply")
    except ValueError:
        refuse(expression, "it holds characters or numbers that Python cannot read")
    _check_depth(expression, tree)
    return tree


def _check_depth(expression: Expression, tree: ast.AST) -> None:
    layer: list[ast.AST] = [tree]
    for _ in range(LIMITS.depth):
        layer = [child for node in layer for child in ast.iter_child_nodes(node)]
        if not layer:
            return
    refuse(expression, f"it is nested more than {LIMITS.depth} levels deep")
