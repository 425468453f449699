"""Camunda 8's extension elements, in our words; what begins with = is FEEL."""

from typing import Any

import pytest

from server.bpmn.definition import Assign
from server.expressions import parse
from server.expressions.expression import Expression
from tests.bpmn.models import around, extended, model, problems, read


def x(tag: str, *words: str, inside: str = "", roots: str = "") -> Any:
    """The element `x` with these extension elements; what keeps it from running is not looked at."""
    notation = f"<{tag} id='x'>{extended(*words)}{inside}</{tag}>"
    return read(around(notation, roots)).processes[0].level.elements["x"]


def feel(text: str, line: int = 4) -> Expression:
    return Expression(text, "feel", line)


def literal(text: str, line: int = 4) -> Expression:
    return Expression(text, "text", line)


def test_a_job_waits_for_a_worker_by_its_type_and_headers() -> None:
    work = x(
        "serviceTask",
        "<zeebe:taskDefinition type='print' retries='5'/>",
        "<zeebe:taskHeaders><zeebe:header key='paper' value='A4'/></zeebe:taskHeaders>",
    ).external
    assert work.topic == literal("print")
    assert dict(work.headers) == {"retries": literal("5"), "paper": literal("A4")}


def test_headers_before_the_type_belong_to_the_same_job() -> None:
    work = x(
        "serviceTask",
        "<zeebe:taskHeaders><zeebe:header key='paper' value='A4'/></zeebe:taskHeaders>",
        "<zeebe:taskDefinition type='print'/>",
    ).external
    assert (work.topic.text, [name for name, _ in work.headers]) == ("print", ["paper"])


def test_mappings_are_expressions_into_variables() -> None:
    found = x(
        "userTask",
        "<zeebe:ioMapping><zeebe:input source='=a + 1' target='b'/>"
        "<zeebe:output source='=c' target='d'/></zeebe:ioMapping>",
    )
    assert found.inputs == (Assign("b", feel("=a + 1")),)
    assert found.outputs == (Assign("d", feel("=c")),)


def test_inputs_into_parts_of_a_variable_make_that_variable() -> None:
    inputs = (
        "<zeebe:input source='Ann' target='to.name'/><zeebe:input source='=mail' target='to.address.email'/>"
        "<zeebe:input source='=a' target='b'/>"
    )
    found = x("serviceTask", f"<zeebe:ioMapping>{inputs}</zeebe:ioMapping>").inputs
    assert [assign.target for assign in found] == ["to", "b"]
    assert parse(found[0].source).evaluate({"mail": "ann@example.org"}) == {
        "name": "Ann",
        "address": {"email": "ann@example.org"},
    }


def test_people_dates_priority_and_form_of_a_user_task() -> None:
    found = x(
        "userTask",
        "<zeebe:userTask/>",
        "<zeebe:assignmentDefinition assignee='=boss' candidateGroups='hr, legal' candidateUsers='=team'/>",
        "<zeebe:taskSchedule dueDate='=due' followUpDate='2030-01-01T00:00:00Z'/>",
        "<zeebe:priorityDefinition priority='70'/>",
        "<zeebe:formDefinition formId='vacation'/>",
    )
    people = found.assignment
    assert (people.assignee, people.candidate_users) == (feel("=boss"), (feel("=team"),))
    assert people.candidate_groups == (literal("hr"), literal("legal"))
    assert (people.due, people.priority) == (feel("=due"), literal("70"))
    assert found.form.key == "vacation"


def test_a_call_names_its_process_and_what_crosses() -> None:
    word = "<zeebe:calledElement processId='other' propagateAllChildVariables='false' bindingType='deployment'/>"
    call = x("callActivity", word).call
    assert (call.process_key, call.binding) == (literal("other"), "deployment")
    assert (call.all_inputs, call.all_outputs) == (True, False)


def test_a_script_is_one_expression() -> None:
    found = x("scriptTask", "<zeebe:script expression='=a + b' resultVariable='sum'/>")
    assert (found.script, found.script_result, found.external) == (feel("=a + b"), "sum", None)


def test_a_decision_is_called_by_its_id() -> None:
    decision = x("businessRuleTask", "<zeebe:calledDecision decisionId='risk' resultVariable='r'/>").decision
    assert (decision.key, decision.result_variable) == (literal("risk"), "r")


def test_a_message_says_by_what_it_is_correlated() -> None:
    subscription = extended("<zeebe:subscription correlationKey='=order.id'/>")
    roots = f"<message id='m' name='Paid'>{subscription}</message>"
    found = x("intermediateCatchEvent", inside="<messageEventDefinition messageRef='m'/>", roots=roots)
    assert found.triggers[0].correlation_key.text == "=order.id"


def test_a_multi_instance_calculates_what_each_instance_gives() -> None:
    words = extended(
        "<zeebe:loopCharacteristics inputCollection='=people' inputElement='person' outputCollection='votes'"
        " outputElement='=vote.value'/>"
    )
    found = x("userTask", inside=f"<multiInstanceLoopCharacteristics>{words}</multiInstanceLoopCharacteristics>")
    assert (found.loop.collection, found.loop.element_variable) == (feel("=people"), "person")
    assert (found.loop.result_collection, found.outputs[-1].source) == ("votes", feel("=vote.value"))
    assert found.loop.result_variable == found.outputs[-1].target


def test_listeners_are_jobs_too() -> None:
    found = x(
        "userTask",
        "<zeebe:executionListeners><zeebe:executionListener eventType='start' type='log'/></zeebe:executionListeners>",
        "<zeebe:taskListeners><zeebe:taskListener eventType='completing' type='check'/></zeebe:taskListeners>",
    ).listeners
    assert [(each.event, each.work.topic.text) for each in found] == [("start", "log"), ("complete", "check")]


def test_a_process_has_a_version_tag() -> None:
    process = read(model(extended("<zeebe:versionTag value='1.2'/>") + "\na task")).processes[0]
    assert process.version_tag == "1.2"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("<zeebe:taskDefinition/>", "The job has no type"),
        ("<zeebe:ioMapping><zeebe:output source='=a' target='b.c'/></zeebe:ioMapping>", "lies inside a variable"),
        ("<zeebe:formDefinition formId='=which'/>", "cannot be calculated"),
        (
            "<zeebe:taskListeners><zeebe:taskListener eventType='updating' type='t'/></zeebe:taskListeners>",
            "A listener to",
        ),
        ("<zeebe:assignmentDefinition wonder='1'/>", "wonder of zeebe:assignmentDefinition is not known here"),
        (
            "<zeebe:ioMapping><zeebe:input source='=a' target='b' wonder='1'/></zeebe:ioMapping>",
            "wonder of zeebe:input",
        ),
        ("<zeebe:wonder/>", "zeebe:wonder is not known here"),
    ],
)
def test_what_cannot_be_done_is_a_problem(word: str, told: str) -> None:
    found = problems(around(f"<userTask id='x'>{extended(word)}</userTask>"))
    assert any(told in text for text in found), found


def test_what_changes_nothing_is_ignored_with_a_reason() -> None:
    form = "<zeebe:formDefinition formId='f' bindingType='deployment'/>"
    data = around(f"<userTask id='x'>{extended('<zeebe:userTask/>', '<zeebe:linkedResources/>', form)}</userTask>")
    assert problems(data) == []
    assert len(problems(data, "ignored")) == 3
