"""`procession lint` tells everything about every file, whatever it holds, in the given order."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli.lint import command, examine
from tests.bpmn.models import around, model

RIGHT = around('<scriptTask id="x"><script>total = 1</script></scriptTask>')
WRONG = around("x serviceTask")
DRAWN = model("x complexGateway", process='id="p" isExecutable="false"')
DOUBTED = around('<userTask id="x"/>')


def lint(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def written(folder: Path, **files: bytes) -> list[str]:
    """The paths of files of these names and contents."""
    for name, content in files.items():
        (folder / f"{name}.bpmn").write_bytes(content)
    return [str(folder / f"{name}.bpmn") for name in files]


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.output.splitlines()]


def test_a_right_model_is_fine(tmp_path: Path) -> None:
    result = lint(*written(tmp_path, right=RIGHT))
    assert (result.exit_code, "can be run" in result.output) == (0, True)


def test_a_problem_is_told_with_line_element_and_code(tmp_path: Path) -> None:
    result = lint(*written(tmp_path, wrong=WRONG))
    assert result.exit_code == 1
    assert "4: problem: The service task does not say what to do" in result.output
    assert "(x) [task-without-work]" in result.output


def test_without_a_file_the_command_is_not_understood() -> None:
    assert lint().exit_code == 2
    assert lint("--colour", "a.bpmn").exit_code == 2


def test_a_drawing_is_fine_and_says_what_it_is_good_for(tmp_path: Path) -> None:
    result = lint("--json", *written(tmp_path, drawn=DRAWN))
    assert (result.exit_code, lines(result)[0]["deployable"]) == (0, "documentation")


def test_warnings_count_only_if_that_is_asked_for(tmp_path: Path) -> None:
    files = written(tmp_path, doubted=DOUBTED)
    assert lint(*files).exit_code == 0
    assert lint("--strict", *files).exit_code == 1


def test_a_line_of_json_has_everything(tmp_path: Path) -> None:
    files = written(tmp_path, wrong=WRONG)
    found = lines(lint("--json", *files))[0]
    assert list(found) == ["file", "deployable", "problems", "warnings", "ignored", "counts", "seconds"]
    assert found["file"] == files[0]
    problem = {"element": "x", "line": 4, "code": "task-without-work"}
    assert {key: found["problems"][0][key] for key in problem} == problem
    nodes = {"endEvent": 1, "serviceTask": 1, "startEvent": 1}
    assert found["counts"]["in_file"] == {"nodes": nodes, "events": {}, "conditions": 0}
    assert found["counts"]["constructed"] == found["counts"]["in_file"]
    assert found["seconds"] >= 0


def test_a_model_that_cannot_run_is_not_deployable_to_run(tmp_path: Path) -> None:
    files = written(tmp_path, right=RIGHT, wrong=WRONG)
    assert [line["deployable"] for line in lines(lint("--json", *files))] == ["run", "documentation"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\x00\xff\xfe", "not-xml"),
        (b"%PDF-1.7", "not-xml"),
        (b"<a>", "not-xml"),
        (b"<html/>", "not-bpmn"),
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b"<" * 6_000_000, "too-large"),
        (b"<a>" * 100_000, "not-xml"),
        ("<a/>".encode("utf-16"), "not-bpmn"),
    ],
)
def test_whatever_a_file_holds_it_gets_its_line(tmp_path: Path, content: bytes, code: str) -> None:
    files = written(tmp_path, right=RIGHT, odd=content, last=RIGHT)
    result = lint("--json", *files)
    found = lines(result)
    assert [line["file"] for line in found] == files
    assert found[1]["deployable"] == "no"
    assert len(found[1]["problems"]) == 1
    assert found[1]["problems"][0]["code"] in (code, "too-deep")
    assert result.exit_code == 1


def test_a_folder_and_what_is_not_there_get_their_lines(tmp_path: Path) -> None:
    found = lines(lint("--json", str(tmp_path), str(tmp_path / "gone.bpmn")))
    assert [line["problems"][0]["code"] for line in found] == ["not-a-file", "unreadable"]


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert examine(str(tmp_path / "pipe")).told[0].code == "not-a-file"


def test_forms_in_the_model_are_looked_at_as_well(tmp_path: Path) -> None:
    field = '<camunda:formField id="f" type="string" defaultValue="${x}"/>'
    form = f"<extensionElements><camunda:formData>{field}</camunda:formData></extensionElements>"
    data = around(f'<userTask id="x">{form}</userTask>')
    found = examine(written(tmp_path, form=data)[0])
    assert (found.deployable, [problem.code for problem in found.of("problem")]) == ("no", ["form-field"])


DECISION = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="n">'
    '<decision id="rate" name="Rate"><variable name="Rate"/><literalExpression><text>{}</text></literalExpression>'
    "</decision></definitions>"
)


def test_decisions_and_forms_are_looked_at_as_well(tmp_path: Path) -> None:
    contents = {
        "right.dmn": DECISION.format("1 + 2").encode(),
        "wrong.dmn": DECISION.format("1 +").encode(),
        "right.form": b'{"id": "f", "type": "default", "components": []}',
        "wrong.form": b'{"type": "default", "components": []}',
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    found = [examine(str(tmp_path / name)) for name in contents]
    assert [report.deployable for report in found] == ["run", "no", "run", "no"]
    assert all(problem.code for report in found for problem in report.told)
