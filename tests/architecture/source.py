"""Python files as the architecture tests see them: a name below their root, the text and its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SERVER = PROJECT / "server"
TESTS = PROJECT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file; `name` is its path below the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def functions(self) -> Iterator[Function]:
        return (node for node in self.walk() if isinstance(node, Function))

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as a person would look it up."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


def sources(root: Path) -> list[Source]:
    """Every Python file below `root`, in the order of their names; none where there is no such folder."""
    found = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(root).as_posix(), text, ast.parse(text, str(path))))
    return found


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the expression that says so; empty for whatever is not a plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        outer = dotted(node.value)
        return f"{outer}.{node.attr}" if outer else f"?.{node.attr}"
    return ""


def sample(folder: Path, name: str, text: str) -> Path:
    """Write a file which breaks a rule below `folder`, and return `folder` as the root to check."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder
