"""Words of the dialects that are about versions, forms and people: they show in what commands do."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.commands import deployments, jobs, process_instances, user_tasks
from server.database import db
from server.errors import Forbidden, Invalid
from server.identity.actor import CONSOLE, WORKER, Actor
from server.queries import forms
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from tests.bpmn.models import extended
from tests.databases import ONLY_SQLITE
from tests.processes.dialects.vendors import FAMILY, Vendor

TRIED = {
    "family": {
        *("formKey", "formRef", "formData", "formProperty"),
        *("candidateStarterUsers", "candidateStarterGroups", "versionTag", "historyTimeToLive"),
        *("exclusive", "jobPriority"),
    },
    "zeebe": {"formDefinition", "versionTag"},
    "spiffworkflow": {"properties"},
}
BALLOT = b"""{"type": "default", "id": "ballot", "components": [
  {"type": "textfield", "id": "b_vote", "key": "vote", "label": "Vote", "validate": {"required": true}}]}"""
pytestmark = ONLY_SQLITE


def deploy(content: bytes) -> None:
    deployments.deploy(CONSOLE, [("p.bpmn", content), ("ballot.form", BALLOT)])


def user_task() -> str:
    return db.session.scalars(select(UserTask.id)).one()


FORMS = {
    "formKey": "x userTask camunda:formKey='camunda-forms:deployment:ballot.form' camunda:assignee='ann'",
    "formRef": "x userTask camunda:formRef='ballot' camunda:assignee='ann'",
    "formDefinition formId": extended("<zeebe:formDefinition formId='ballot'/>"),
    "formDefinition formKey": extended("<zeebe:formDefinition formKey='camunda-forms:bpmn:ballot'/>"),
    "formDefinition externalReference": extended("<zeebe:formDefinition externalReference='ballot'/>"),
    "properties": extended(
        "<spiffworkflow:properties><spiffworkflow:property name='formJsonSchemaFilename' value='ballot-schema.json'/>"
        "</spiffworkflow:properties>"
    ),
}


@pytest.mark.parametrize("word", FORMS)
def test_the_form_that_the_model_names_is_asked(app: Flask, ann: Actor, word: str) -> None:
    notation = FORMS[word]
    if notation.startswith("<"):
        notation = f"<userTask id='x' camunda:assignee='ann'>{notation}</userTask>"
    deploy(Vendor(FAMILY[0]).file(f"s startEvent\n{notation}\ns -> x"))
    process_instances.start(CONSOLE, "p", {})
    with pytest.raises(Invalid, match="Vote"):
        user_tasks.complete(ann, user_task(), {})
    user_tasks.complete(ann, user_task(), {"vote": "yes"})


FIELDS = {
    "formData": "<camunda:formData><camunda:formField id='amount' label='Amount' type='long' defaultValue='7'>"
    "<camunda:validation><camunda:constraint name='required'/><camunda:constraint name='min' config='1'/>"
    "<camunda:constraint name='max' config='10'/></camunda:validation></camunda:formField>"
    "<camunda:formField id='fixed'><camunda:validation><camunda:constraint name='readonly'/></camunda:validation>"
    "</camunda:formField></camunda:formData>",
    "formProperty": "<camunda:formProperty id='sum' variable='amount' name='Amount' type='long' required='true'"
    " default='7'/><camunda:formProperty id='fixed' writable='false'/>",
}


@pytest.mark.parametrize("namespace", FAMILY)
@pytest.mark.parametrize("word", FIELDS)
def test_fields_in_the_model_are_shown_and_checked(app: Flask, ann: Actor, word: str, namespace: str) -> None:
    task = f"<userTask id='x' camunda:assignee='ann'>{extended(FIELDS[word])}</userTask>"
    deploy(Vendor(namespace).file(f"s startEvent\n{task}\ns -> x"))
    process_instances.start(CONSOLE, "p", {})
    shown = forms.form_of(ann, user_task()).schema["components"]
    assert (shown[0]["key"], shown[0]["label"], shown[0]["defaultValue"]) == ("amount", "Amount", 7)
    assert [field.get("readonly", False) for field in shown] == [False, True]
    for refused in (0, 11):
        with pytest.raises(Invalid):
            user_tasks.complete(ann, user_task(), {"amount": "" if word == "formProperty" else refused})
    user_tasks.complete(ann, user_task(), {"amount": 10})


@pytest.mark.parametrize("namespace", FAMILY)
def test_candidate_starters_alone_may_start(app: Flask, ann: Actor, stranger: Actor, namespace: str) -> None:
    for attributes in ("camunda:candidateStarterUsers='ann, x'", "camunda:candidateStarterGroups='clerks'"):
        deploy(Vendor(namespace).file("s startEvent\nx userTask\ns -> x", process=attributes))
        process_instances.start(ann, "p", {})
        with pytest.raises(Forbidden):
            process_instances.start(stranger, "p", {})


TAGGED = {
    "zeebe": ("", extended("<zeebe:versionTag value='{}'/>")),
    **dict.fromkeys(FAMILY, ("camunda:versionTag='{}'", "")),
}


@pytest.mark.parametrize("space", TAGGED)
def test_a_call_by_version_tag_finds_that_version(app: Flask, ann: Actor, space: str) -> None:
    attribute, words = TAGGED[space]
    vendor = Vendor(FAMILY[0] if space == "zeebe" else space)
    for number in (1, 2):
        tagged = vendor.file(
            f"{words.format(number)}\ns startEvent\nx{number} userTask\ns -> x{number}",
            process=attribute.format(number),
        )
        deployments.deploy(CONSOLE, [("p.bpmn", tagged)])
    caller = (
        "x callActivity calledElement='p' camunda:calledElementBinding='versionTag' camunda:calledElementVersionTag='1'"
    )
    calling = vendor.file(f"s startEvent\n{caller}\ns -> x").replace(b'<process id="p"', b'<process id="q"')
    deployments.deploy(CONSOLE, [("q.bpmn", calling)])
    process_instances.start(ann, "q", {})
    (called,) = db.session.scalars(select(ProcessInstance).where(ProcessInstance.caller_id.is_not(None)))
    assert db.session.get_one(ProcessDefinition, called.definition_id).version == 1


ASYNCHRONOUS = "{key} manualTask camunda:asyncBefore='true' {said}"


@pytest.mark.parametrize(
    ("said", "priority"),
    [("camunda:jobPriority='7'", 7), ("camunda:exclusive='false' camunda:jobPriority='${3 + 4}'", 7), ("", 0)],
)
@pytest.mark.parametrize("namespace", FAMILY)
def test_a_job_has_the_priority_that_the_model_says_and_waits_for_no_other_where_it_is_not_exclusive(
    app: Flask, ann: Actor, namespace: str, said: str, priority: int
) -> None:
    tasks = "\n".join(ASYNCHRONOUS.format(key=key, said=said) for key in "xy")
    deploy(Vendor(namespace).file(f"s startEvent\n{tasks}\ns -> x\ns -> y"))
    process_instances.start(ann, "p", {})
    assert set(db.session.scalars(select(Job.priority))) == {priority}
    claimed = jobs.claim(WORKER, "test", 10, 10).jobs
    assert len(claimed) == (2 if "exclusive" in said else 1)
