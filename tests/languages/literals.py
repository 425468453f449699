"""Where the source holds an English sentence without a mark that lets it be said in another language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MARKS = {"say", "say_many", "_", "gettext", "ngettext", "pgettext", "npgettext"}
LOGGED = {"debug", "info", "warning", "error", "exception"}  # of a logger: the log is English
_SENTENCE = re.compile(r"(?=.*[a-z]{2})[A-Z{“'\"].*\S \S", re.DOTALL)


def unsaid(file: Path) -> Iterator[str]:
    """Texts of several words that begin as a sentence does and stand in no mark; values are written {}."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    yield from _below(tree, {id(each) for each in _docstrings(tree)})


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    """Texts that are statements of their own: they document what stands before or around them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _below(node: ast.AST, documentation: set[int]) -> Iterator[str]:
    if id(node) in documentation or (isinstance(node, ast.Call) and _is_marked(node.func)):
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    else:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    if _SENTENCE.match(text):
        yield text
    for child in ast.iter_child_nodes(node):
        if not isinstance(node, ast.JoinedStr) or not isinstance(child, ast.Constant):
            yield from _below(child, documentation)


def _is_marked(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in LOGGED and isinstance(function.value, ast.Name) and function.value.id == "_log"
    return isinstance(function, ast.Name) and function.id in MARKS
