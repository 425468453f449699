"""Deploying: all problems at once, the same bytes keep their version, the bytes stay untouched."""

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.commands import deployments, process_instances
from server.commands.deployments import Unfinished
from server.database import db
from server.errors import Forbidden, Invalid, Rejection
from server.identity.actor import CONSOLE, Actor
from server.records.definition import ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.runtime.definitions import deployed
from tests.commands.conftest import APPROVAL, deploy, flows, model


def test_the_same_bytes_keep_their_version(app: Flask) -> None:
    first = deployments.deploy(CONSOLE, [("a.bpmn", model("approval", APPROVAL))])
    again = deployments.deploy(CONSOLE, [("a.bpmn", model("approval", APPROVAL))])
    assert first.definitions[0].is_new
    assert not again.definitions[0].is_new
    assert again.definitions[0].id == first.definitions[0].id


def test_other_bytes_become_the_next_version_and_the_latest(app: Flask) -> None:
    deployments.deploy(CONSOLE, [("a.bpmn", model("approval", APPROVAL))])
    deployments.deploy(CONSOLE, [("a.bpmn", model("approval", APPROVAL + "<!-- changed -->"))])
    rows = db.session.execute(select(ProcessDefinition.version, ProcessDefinition.latest)).all()
    assert sorted(tuple(row) for row in rows) == [(1, False), (2, True)]


def test_the_uploaded_bytes_are_kept_untouched(app: Flask) -> None:
    content = b"<?xml version='1.0'?>\n\n" + model("approval", APPROVAL) + b"\n  <!-- kept -->\r\n"
    deployments.deploy(CONSOLE, [("a.bpmn", content)])
    assert db.session.scalars(select(Resource.content)).one() == content


def test_all_problems_of_all_files_are_told_at_once_and_nothing_is_deployed(app: Flask) -> None:
    idle = '<startEvent id="s"/><serviceTask id="odd"/><endEvent id="e"/>' + flows("s>odd", "odd>e")
    files = [
        ("good.bpmn", model("good", APPROVAL)),
        ("odd.bpmn", model("strange", idle)),
        ("broken.bpmn", b"<definitions"),
        ("notes.txt", b"hello"),
    ]
    with pytest.raises(Invalid) as refused:
        deployments.deploy(CONSOLE, files)
    assert {problem.resource for problem in refused.value.problems} == {"odd.bpmn", "broken.bpmn", "notes.txt"}
    assert db.session.scalar(select(func.count()).select_from(Deployment)) == 0


UNFINISHED = '<startEvent id="s"/><serviceTask id="odd"/><endEvent id="e"/>' + flows("s>odd", "odd>e")


def test_an_unfinished_model_is_refused_and_can_be_deployed_for_documentation(app: Flask) -> None:
    files = [("odd.bpmn", model("strange", UNFINISHED))]
    with pytest.raises(Unfinished) as refused:
        deployments.deploy(CONSOLE, files)
    assert refused.value.drawable
    done = deployments.deploy(CONSOLE, files, for_documentation=True)
    assert [one.executable for one in done.definitions] == [False]
    row = db.session.scalars(select(ProcessDefinition)).one()
    assert (row.executable, row.startable) == (False, False)
    assert [note[:2] for note in json.loads(row.notes)] == [["missing", "odd"]]
    with pytest.raises(Rejection):
        process_instances.start(CONSOLE, "strange", {})


def test_a_model_that_is_wrong_is_refused_even_for_documentation(app: Flask) -> None:
    wrong = '<startEvent id="s"/><task id="t"/>' + flows("s>t", "t>s")
    with pytest.raises(Unfinished) as refused:
        deployments.deploy(CONSOLE, [("wrong.bpmn", model("wrong", wrong))], for_documentation=True)
    assert not refused.value.drawable


def test_a_drawing_is_deployed_and_becomes_a_new_version_once_it_runs(app: Flask) -> None:
    drawing = model("strange", UNFINISHED).replace(b'isExecutable="true"', b'isExecutable="false"')
    first = deployments.deploy(CONSOLE, [("odd.bpmn", drawing)]).definitions[0]
    assert (first.version, first.executable) == (1, False)
    again = deployments.deploy(CONSOLE, [("odd.bpmn", drawing)]).definitions[0]
    assert (again.id, again.is_new) == (first.id, False)
    finished = deployments.deploy(CONSOLE, [("odd.bpmn", model("strange", APPROVAL))]).definitions[0]
    assert (finished.version, finished.executable) == (2, True)
    assert deployed(first.id).program is None


def test_two_processes_with_one_key_in_two_files_are_refused(app: Flask) -> None:
    files = [("a.bpmn", model("approval", APPROVAL)), ("b.bpmn", model("approval", APPROVAL))]
    with pytest.raises(Invalid) as refused:
        deployments.deploy(CONSOLE, files)
    assert "process approval is in a.bpmn too" in refused.value.problems[0].text


def test_processes_that_always_call_each_other_are_refused(app: Flask) -> None:
    def calling(other: str) -> str:
        call = f'<callActivity id="call" calledElement="{other}"/>'
        return f'<startEvent id="s"/>{call}<endEvent id="e"/>' + flows("s>call", "call>e")

    files = [("a.bpmn", model("chicken", calling("egg"))), ("b.bpmn", model("egg", calling("chicken")))]
    with pytest.raises(Invalid) as refused:
        deployments.deploy(CONSOLE, files)
    assert "chicken calls egg calls chicken: this never ends" in refused.value.problems[0].text


def test_participants_may_not_deploy(ann: Actor) -> None:
    with pytest.raises(Forbidden, match="You may not do this: deploy models"):
        deployments.deploy(ann, [("a.bpmn", model("approval", APPROVAL))])


def test_fields_that_are_wrong_in_the_model_are_refused_with_their_line(app: Flask) -> None:
    form = (
        '<startEvent id="begin"/><userTask id="approve"><extensionElements><camunda:formData>'
        '<camunda:formField id="amount" type="long" defaultValue="${limit}"/>'
        "</camunda:formData></extensionElements></userTask>" + flows("begin>approve")
    )
    with pytest.raises(Invalid) as caught:
        deploy(("fields", form))
    (problem,) = caught.value.problems
    assert (problem.element, problem.line, problem.resource) == ("approve", 1, "fields.bpmn")
    assert "default of the field amount is calculated" in problem.text


def test_warnings_about_a_form_are_told_with_the_deployment(app: Flask) -> None:
    form = b'{"id": "sum", "components": [{"type": "expression", "key": "total", "expression": "=a"}]}'
    deployed = deployments.deploy(CONSOLE, [("sum.form", form)])
    assert [(note.element, note.resource, note.level) for note in deployed.notes] == [("total", "sum.form", "warning")]
