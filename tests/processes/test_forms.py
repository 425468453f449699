"""The forms of the applications: each is there, can be read, and asks for what its model decides by."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bpmn.definition import Element, Process
from server.expressions import parse
from server.forms.definition import Form
from tests.processes.player import ROOT, application, form

KEYS = sorted(file.stem for file in (ROOT / "bpmn_models").glob("*.bpmn"))
_ASSIGNED = re.compile(r"^\s*([A-Za-z_]\w*)\s*=[^=]", re.MULTILINE)


def form_keys(process: Process) -> set[str]:
    return {element.form.key for element in process.elements() if element.form is not None and element.form.key}


def asked(found: Form) -> set[str]:
    return {field.path[0] if field.path else field.key for field in found.inputs()}


def written(process: Process) -> Iterator[str]:
    """The variables that a form asks for, or that the model itself writes."""
    for key in form_keys(process):
        yield from asked(form(key))
    for element in process.elements():
        yield from _written_by(element)


def _written_by(element: Element) -> Iterator[str]:
    if element.initiator_variable:
        yield element.initiator_variable
    if element.script is not None:
        yield from _ASSIGNED.findall(element.script.text)
    mappings = [*element.inputs, *element.outputs]
    mappings += element.connector.outputs if element.connector else ()
    mappings += element.call.outputs if element.call else ()
    yield from (assign.target for assign in mappings)
    if element.decision is not None and element.decision.result_variable:
        yield element.decision.result_variable
    if element.loop is not None and element.loop.element_variable:
        yield element.loop.element_variable


@pytest.mark.parametrize("key", KEYS)
def test_every_form_that_a_model_names_is_there(key: str) -> None:
    process, _ = application(key)
    missing = {name for name in form_keys(process) if not (ROOT / "forms" / f"{name}.form").is_file()}
    assert missing == set()


@pytest.mark.parametrize("key", KEYS)
def test_every_user_task_and_every_start_by_a_person_has_a_form(key: str) -> None:
    process, _ = application(key)
    plain = [e for e in process.elements() if e.kind == "userTask" or e.initiator_variable]
    assert [element.id for element in plain if element.form is None or not element.form.key] == []


@pytest.mark.parametrize("file", sorted((ROOT / "forms").glob("*.form")), ids=lambda file: file.stem)
def test_every_form_can_be_read_and_asks_for_something(file: Path) -> None:
    assert asked(form(file.stem))


def test_no_form_is_left_over() -> None:
    named = set().union(*(form_keys(application(key)[0]) for key in KEYS))
    assert {file.stem for file in (ROOT / "forms").glob("*.form")} == named


@pytest.mark.parametrize("key", KEYS)
def test_whatever_a_condition_reads_is_asked_for_or_written_by_the_model(key: str) -> None:
    process, _ = application(key)
    known = set(written(process))
    conditions = [flow.condition for flow in process.flows() if flow.condition is not None]
    conditions += [e.loop.completion_condition for e in process.elements() if e.loop and e.loop.completion_condition]
    unknown = {name for condition in conditions for name in parse(condition).names} - known
    assert unknown == set()


@pytest.mark.parametrize("key", KEYS)
def test_every_path_and_user_task_of_the_model_is_described(key: str) -> None:
    process, _ = application(key)
    text = (ROOT / "docs" / "applications" / f"{key}.md").read_text()
    named = [e.id for e in process.elements() if e.kind in ("userTask", "endEvent") and e.name]
    assert [element_id for element_id in named if f"`{element_id}`" not in text] == []
