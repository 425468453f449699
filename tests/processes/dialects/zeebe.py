"""What Camunda 8 says, each word in a process that is played."""

from datetime import UTC, datetime
from typing import Any

from server.engine import facts
from tests.bpmn.models import extended
from tests.processes.dialects.vendors import Vendor, tries
from tests.processes.player import Player

MAIL = "<message id='m' name='mail'>{}</message>"


def with_words(vendor: Vendor, tag: str, *words: str, inside: str = "", **variables: Any) -> Player:
    return vendor.play(f"<{tag} id='x'>{extended(*words)}{inside}</{tag}>", **variables)


@tries("zeebe", "taskDefinition taskHeaders")
def a_job_waits_for_its_worker(vendor: Vendor) -> None:
    headers = "<zeebe:taskHeaders><zeebe:header key='paper' value='A4'/></zeebe:taskHeaders>"
    play = with_words(
        vendor, "serviceTask", "<zeebe:taskDefinition type='=\"p\" + kind' retries='5'/>", headers, kind="1"
    )
    (task,) = play.all(facts.ExternalTaskCreated)
    assert (task.topic, task.headers) == ("p1", {"retries": "5", "paper": "A4"})
    play.do("complete_external_task", play.at("x"), {"done": True})
    assert (play.completed, play.variables["done"]) == (True, True)


@tries("zeebe", "ioMapping")
def inputs_are_local_and_only_outputs_leave(vendor: Vendor) -> None:
    mapping = (
        "<zeebe:ioMapping><zeebe:input source='=n + 1' target='to.name'/><zeebe:input source='=n' target='own'/>"
        "<zeebe:output source='=to.name + own' target='out'/></zeebe:ioMapping>"
    )
    play = with_words(vendor, "userTask", mapping, n=1)
    play.complete("x", "ada")
    assert play.variables == {"n": 1, "out": 3}


@tries("zeebe", "assignmentDefinition taskSchedule priorityDefinition")
def a_user_task_is_given_to_whom_the_model_says(vendor: Vendor) -> None:
    play = with_words(
        vendor,
        "userTask",
        "<zeebe:assignmentDefinition assignee='=boss' candidateUsers='=[\"ada\", boss]' candidateGroups='hr, it'/>",
        "<zeebe:taskSchedule dueDate='2026-02-01T10:00:00Z' followUpDate='=soon'/>",
        "<zeebe:priorityDefinition priority='=7 * 10'/>",
        boss="hedy",
        soon="2026-01-31T10:00:00Z",
    )
    asked = play.asked("x")
    assert (asked.assignee, asked.candidate_users, asked.candidate_groups) == ("hedy", ("ada", "hedy"), ("hr", "it"))
    assert (asked.due, asked.priority) == (datetime(2026, 2, 1, 10, tzinfo=UTC), 70)
    assert asked.follow_up == datetime(2026, 1, 31, 10, tzinfo=UTC)


@tries("zeebe", "calledElement")
def a_call_says_what_is_called_and_what_crosses(vendor: Vendor) -> None:
    for words, called in (
        ("processId='=which'", ("q", "latest", None, {"which": "q", "n": 1}, 2)),
        (
            "processId='q' bindingType='versionTag' versionTag='v1'",
            ("q", "versionTag", "v1", {"which": "q", "n": 1}, 2),
        ),
        ("processId='q' propagateAllParentVariables='false'", ("q", "latest", None, {}, 2)),
        ("processId='q' propagateAllChildVariables='false'", ("q", "latest", None, {"which": "q", "n": 1}, 1)),
    ):
        play = with_words(vendor, "callActivity", f"<zeebe:calledElement {words}/>", which="q", n=1)
        (call,) = play.all(facts.CallRequested)
        play.do("return_from_call", play.at("x"), {"n": 2})
        seen = (call.process_key, call.binding, call.version, dict(call.variables), play.variables["n"])
        assert seen == called


@tries("zeebe", "calledDecision")
def a_decision_is_made(vendor: Vendor) -> None:
    words = "<zeebe:calledDecision decisionId='=which' resultVariable='fine' bindingType='versionTag' versionTag='v1'/>"
    play = with_words(vendor, "businessRuleTask", words, which="cheap", amount=5)
    assert play.variables["fine"] is True
    decision = play.process.level.elements["x"].decision
    assert decision is not None
    assert (decision.binding, decision.version.text if decision.version else None) == ("versionTag", "v1")


@tries("zeebe", "script")
def a_script_is_one_expression(vendor: Vendor) -> None:
    assert (
        with_words(vendor, "scriptTask", "<zeebe:script expression='=n * 2' resultVariable='m'/>", n=3).variables["m"]
        == 6
    )


@tries("zeebe", "subscription")
def a_message_is_correlated_by_its_key(vendor: Vendor) -> None:
    caught = "<intermediateCatchEvent id='x'><messageEventDefinition messageRef='m'/></intermediateCatchEvent>"
    roots = MAIL.format(extended("<zeebe:subscription correlationKey='=order.id'/>"))
    play = vendor.play(caught, roots, order={"id": "7"})
    assert play.all(facts.SubscriptionOpened)[0].correlation_key == "7"


@tries("zeebe", "publishMessage")
def a_message_that_is_published_says_its_key_and_how_long_it_waits(vendor: Vendor) -> None:
    words = extended("<zeebe:publishMessage correlationKey='=n' timeToLive='=span'/>")
    thrown = f"<endEvent id='x'>{words}<messageEventDefinition messageRef='m'/></endEvent>"
    sent = f"<sendTask id='x' messageRef='m'>{words}</sendTask>"
    for notation in (f"s startEvent\n{thrown}\ns -> x", sent):
        (left,) = vendor.play(notation, MAIL.format(""), n="7", span="PT90S").all(facts.MessageThrown)
        assert (left.name, left.correlation_key, left.time_to_live) == ("mail", "7", 90)


@tries("zeebe", "publishMessage")
def a_time_to_live_that_is_no_duration_is_an_incident(vendor: Vendor) -> None:
    words = extended("<zeebe:publishMessage correlationKey='k' timeToLive='=span'/>")
    play = vendor.play(f"<sendTask id='x' messageRef='m'>{words}</sendTask>", MAIL.format(""), span="soon")
    assert play.incidents == ["x"]
    assert play.all(facts.MessageThrown) == []


@tries("zeebe", "loopCharacteristics")
def a_multi_instance_collects_its_results(vendor: Vendor) -> None:
    loop = extended(
        "<zeebe:loopCharacteristics inputCollection='=guests' inputElement='guest' outputCollection='answers'"
        " outputElement='=guest + answer'/>"
    )
    inside = f"<multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics>"
    play = with_words(vendor, "userTask", inside=inside, guests=["a", "b"])
    play.complete("x", "ada", answer="1")
    play.complete("x", "ada", answer="2")
    assert play.variables["answers"] == ["a1", "b2"]


@tries("zeebe", "properties")
def properties_are_read(vendor: Vendor) -> None:
    words = "<zeebe:properties><zeebe:property name='excludedUsers' value='ada'/></zeebe:properties>"
    assert with_words(vendor, "userTask", words).process.level.elements["x"].properties == {"excludedUsers": "ada"}


@tries("zeebe", "executionListeners taskListeners")
def listeners_are_jobs_in_their_turn(vendor: Vendor) -> None:
    play = with_words(
        vendor,
        "userTask",
        "<zeebe:executionListeners><zeebe:executionListener eventType='start' type='first'/>"
        "<zeebe:executionListener eventType='end' type='fourth'/></zeebe:executionListeners>",
        "<zeebe:taskListeners><zeebe:taskListener eventType='creating' type='second'/>"
        "<zeebe:taskListener eventType='completing' type='third'/></zeebe:taskListeners>",
    )
    for number, topic in enumerate(("first", "second", "third", "fourth")):
        if number == 2:
            assert play.open == ["x"]
            play.complete("x", "ada")
        assert play.all(facts.ExternalTaskCreated)[-1].topic == topic
        play.do("complete_external_task", play.at("x"), {})
    assert play.completed
