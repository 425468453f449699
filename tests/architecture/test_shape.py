"""Files and functions stay small, say what they are for, and are more than bags."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, SERVER, TESTS, Source, sample, sources

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 49

both = pytest.mark.parametrize("root", [SERVER, TESTS], ids=["server", "tests"])


def _read_along(root: Path) -> list[Source]:
    """Schema upgrades are left out: each is one list of changes, written once and never read along with others."""
    return [source for source in sources(root) if not source.name.startswith("records/upgrades/")]


def files_too_long(root: Path) -> list[str]:
    return [source.name for source in _read_along(root) if len(source.text.splitlines()) > LINES_OF_A_FILE]


def functions_too_long(root: Path) -> list[str]:
    return [
        f"{source.at(function)} {function.name}"
        for source in _read_along(root)
        for function in source.functions()
        if (function.end_lineno or 0) - function.lineno + 1 > LINES_OF_A_FUNCTION
    ]


def files_without_purpose(root: Path) -> list[str]:
    return [source.name for source in sources(root) if not _opens_with_a_sentence(source)]


def _opens_with_a_sentence(source: Source) -> bool:
    opening = (ast.get_docstring(source.tree) or "").strip().split("\n\n")[0]
    return len(opening.split()) >= 3 and opening.rstrip('"').endswith((".", ":", "?", ")", ";"))


def imports_inside_functions(root: Path) -> list[str]:
    return [
        source.at(node)
        for source in sources(root)
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def classes_used_as_modules(root: Path) -> list[str]:
    """Classes whose methods are all static or of the class, none of which makes an instance of it."""
    return [
        f"{source.at(node)} {node.name}"
        for source in sources(root)
        for node in source.walk()
        if isinstance(node, ast.ClassDef) and not node.bases and _keeps_no_state(node)
    ]


def _keeps_no_state(node: ast.ClassDef) -> bool:
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    fields = any(isinstance(item, ast.AnnAssign) for item in node.body)
    decorators = [{getattr(each, "id", "") for each in method.decorator_list} for method in methods]
    return bool(methods) and not fields and all(names & {"staticmethod", "classmethod"} for names in decorators)


@both
def test_no_file_is_longer_than_400_lines(root: Path) -> None:
    assert files_too_long(root) == []


@both
def test_no_function_reaches_50_lines(root: Path) -> None:
    assert functions_too_long(root) == []


@both
def test_every_file_opens_with_a_sentence_that_says_what_it_is_for(root: Path) -> None:
    assert files_without_purpose(root) == []


@both
def test_nothing_is_imported_inside_a_function(root: Path) -> None:
    assert imports_inside_functions(root) == []


@both
def test_no_class_is_only_a_bag_of_static_methods(root: Path) -> None:
    assert classes_used_as_modules(root) == []


def test_every_script_opens_with_a_sentence_that_says_what_it_is_for() -> None:
    files = [path for path in (PROJECT / "scripts").iterdir() if path.is_file()]  # not what was compiled
    openings = {path.name: path.read_text(encoding="utf-8")[:400] for path in files}
    assert [
        name for name, opening in openings.items() if not any(mark in opening for mark in ("\n# ", '"""', "//", "/*"))
    ] == []


def test_a_file_of_401_lines_is_found(tmp_path: Path) -> None:
    assert files_too_long(sample(tmp_path, "long.py", "x = 1\n" * 400)) == []
    assert files_too_long(sample(tmp_path, "longer.py", "x = 1\n" * 401)) == ["longer.py"]


def test_a_function_of_50_lines_is_found(tmp_path: Path) -> None:
    fits, breaks = ("def f():\n" + "    x = 1\n" * number for number in (48, 49))
    assert functions_too_long(sample(tmp_path, "fits.py", fits)) == []
    assert functions_too_long(sample(tmp_path, "breaks.py", breaks)) == ["breaks.py:1 f"]


@pytest.mark.parametrize("text", ["", "x = 1\n", '"""Words."""\n', "# A comment is not enough for this.\n"])
def test_a_file_without_an_opening_sentence_is_found(tmp_path: Path, text: str) -> None:
    assert files_without_purpose(sample(tmp_path, "mute.py", text)) == ["mute.py"]


@pytest.mark.parametrize("line", ["import os", "from os import path"])
def test_an_import_inside_a_method_is_found(tmp_path: Path, line: str) -> None:
    text = f"class A:\n    def f(self):\n        if self:\n            {line}\n"
    assert imports_inside_functions(sample(tmp_path, "late.py", text)) == ["late.py:4"]


def test_a_class_of_static_methods_is_found(tmp_path: Path) -> None:
    text = "class A:\n    @staticmethod\n    def f(): ...\n    @classmethod\n    def g(cls): ...\n"
    assert classes_used_as_modules(sample(tmp_path, "bag.py", text)) == ["bag.py:1 A"]
