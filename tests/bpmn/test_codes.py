"""Everything that is said about a model has a code, and docs/lint.md names them all."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from server.bpmn import constraints
from server.bpmn.rules import EXECUTION, QUALITY, STRUCTURE
from tests.architecture.source import PROJECT, SERVER

DOCUMENT = PROJECT / "docs" / "lint.md"
PLACES = (
    *sorted((SERVER / "bpmn").rglob("*.py")),
    SERVER / "xml.py",
    SERVER / "cli" / "lint.py",
    SERVER / "forms" / "dialects" / "model_fields.py",
)
CODE = re.compile(r"[a-z]+(-[a-z]+)*")
CALLS = {"refused": 2, "Breach": 2, "problem": 3, "problem_of_file": 1, "warning": 2, "ignored": 2}
"""Where, among the arguments that are not named, the code stands."""


def codes_of(path: Path) -> Iterator[str]:
    """The codes that are written out in a file, as arguments."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = CALLS.get(name, len(node.args))
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"] + node.args[place : place + 1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield value.value


def documented() -> set[str]:
    table = DOCUMENT.read_text(encoding="utf-8").partition("## Codes")[2]
    return {code for code in re.findall(r"`([a-z-]+)`", table) if "_" not in code}


def test_every_code_is_documented() -> None:
    written = {code for path in PLACES for code in codes_of(path)}
    assert sorted(written - documented()) == []


def test_every_code_that_is_documented_is_written_somewhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PLACES)
    names = {path.stem.replace("_", "-") for path in PLACES}
    assert sorted(code for code in documented() - names if f'"{code}"' not in text) == []


def test_codes_are_small_words_joined_by_hyphens() -> None:
    written = {code for path in PLACES for code in codes_of(path)}
    assert [code for code in written if not CODE.fullmatch(code)] == []


def test_every_constraint_and_rule_of_its_folder_is_in_its_table() -> None:
    for folder, table in (("constraints", constraints.CONSTRAINTS), ("rules", (*STRUCTURE, *EXECUTION, *QUALITY))):
        files = {path.stem for path in (SERVER / "bpmn" / folder).glob("*.py") if path.stem != "__init__"}
        assert {check.__module__.rpartition(".")[2] for check in table} == files
