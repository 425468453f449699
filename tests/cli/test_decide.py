"""`procession decide`: JSON lines in, a value or an error a line out."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli.decide import command
from tests.dmn.models import decision, file, literal, table

SIZES = table(["amount"], ["size"], [["< 10", '"small"'], [">= 10", '"big"'], ["> 99", '"huge"']])
IMPORT = '<import namespace="urn:other" name="o" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'


def decide(folder: Path, data: bytes, key: str, *lines: Any) -> list[dict[str, Any]]:
    (folder / "model.dmn").write_bytes(data)
    written = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = CliRunner().invoke(command, [str(folder / "model.dmn"), key], input=written)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_answered_with_a_tagged_value_or_an_error(tmp_path: Path) -> None:
    lines = [
        {"amount": ["num", 5]},
        {"ctx": {"amount": ["num", 50]}},
        {"amount": 100},
        {"amount": ["null"]},
        "[1]",
        "{",
        "",
    ]
    answers = decide(tmp_path, file(decision("size", SIZES)), "size", *lines)
    assert answers[:2] == [{"value": ["str", "small"]}, {"value": ["str", "big"]}]
    assert "the rules 2, 3 match" in answers[2]["error"]
    assert answers[3] == {"value": ["null"]}
    assert [list(answer) for answer in answers[4:]] == [["error"], ["error"]]


def test_numbers_of_a_line_are_exact(tmp_path: Path) -> None:
    lines = ['{"a": ["num", 0.1], "b": ["num", 0.2]}']
    assert decide(tmp_path, file(decision("d", literal("a + b"))), "d", *lines) == [{"value": ["num", 0.3]}]


def test_all_digits_of_a_result_are_written(tmp_path: Path) -> None:
    (tmp_path / "model.dmn").write_bytes(file(decision("d", literal("1 / 3"))))
    done = CliRunner().invoke(command, [str(tmp_path / "model.dmn"), "d"], input="{}\n")
    assert done.output == '{"value": ["num", 0.' + "3" * 34 + "]}\n"


@pytest.mark.parametrize(
    "line", ["", "{", "null", "[" * 100_000, '{"a": ["num", NaN]}', '{"a": ["num"]}', '{"a": [1, 2]}']
)
def test_whatever_a_line_holds_one_line_answers_it_and_the_next_is_read(tmp_path: Path, line: str) -> None:
    told, last = decide(tmp_path, file(decision("d", literal("a"))), "d", line, {"a": ["str", "\ud800"]})
    assert list(told) == ["error"]
    assert last == {"value": ["str", "\ud800"]}


def test_a_null_that_came_of_an_error_is_told_with_its_reason(tmp_path: Path) -> None:
    [answer] = decide(tmp_path, file(decision("d", literal("1 / a"))), "d", {"a": 0})
    assert answer["value"] == ["null"]
    assert "divided by zero" in answer["error"]


def test_a_decision_that_is_not_there_is_an_error_of_each_line(tmp_path: Path) -> None:
    assert "There is no decision e" in decide(tmp_path, file(decision("d", literal("1"))), "e", {})[0]["error"]


def test_files_that_are_imported_are_found_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "other.dmn").write_bytes(file(decision("given", literal("7")), attributes='namespace="urn:other"'))
    call = (
        f'{IMPORT}<decision id="d" name="d"><informationRequirement><requiredDecision href="urn:other#given"/>'
        f"</informationRequirement>{literal('o.given + 1')}</decision>"
    )
    assert decide(tmp_path, file(call), "d", {}) == [{"value": ["num", 8]}]


@pytest.mark.parametrize("text", ["for i in 1..1000000000 return i", "sum(for i in 1..99999 return sum([1, 2, 3]))"])
def test_the_limits_of_a_running_instance_hold_here_too(tmp_path: Path, text: str) -> None:
    [answer] = decide(tmp_path, file(decision("d", literal(text))), "d", {})
    assert "error" in answer
