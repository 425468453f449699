"""Event sub-processes from the file to the end: every trigger, interrupting and not, in every kind of level."""

import pytest

from server.engine import facts
from tests.processes.drawn import play

ROOTS = """
    <message id="mail" name="mail"/><signal id="bell" name="bell"/>
    <error id="bad" errorCode="BAD"/><escalation id="loud" escalationCode="LOUD"/>
"""
TIMER = "<timerEventDefinition><{0}>{1}</{0}></timerEventDefinition>"
DURATION = TIMER.format("timeDuration", "PT1H")


def event_sub_process(trigger: str, key: str = "es", interrupting: bool = True, more: str = "") -> str:
    """One with a user task `KEY_work` in it."""
    start = f'<startEvent id="{key}_s" isInterrupting="{str(interrupting).lower()}">{trigger}</startEvent>'
    flows = (
        f'<sequenceFlow id="{key}_1" sourceRef="{key}_s" targetRef="{key}_work"/>'
        f'<sequenceFlow id="{key}_2" sourceRef="{key}_work" targetRef="{key}_e"/>'
    )
    inside = f'{start}<userTask id="{key}_work"/><endEvent id="{key}_e"/>{flows}{more}'
    return f'<subProcess id="{key}" triggeredByEvent="true">{inside}</subProcess>'


def working(trigger: str, interrupting: bool) -> str:
    return f"s startEvent\nx userTask\ne endEvent\ns -> x -> e\n{event_sub_process(trigger, interrupting=interrupting)}"


def sub_process(inside: str) -> str:
    return f"s startEvent\n<subProcess id='part'>{inside}</subProcess>\ny userTask\ne endEvent\ns -> part -> y -> e"


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize(
    ("trigger", "come"),
    [
        ('<messageEventDefinition messageRef="mail"/>', "message"),
        ('<signalEventDefinition signalRef="bell"/>', "signal"),
        (DURATION, "timer"),
        ("<conditionalEventDefinition><condition>level > 3</condition></conditionalEventDefinition>", "condition"),
    ],
)
def test_a_trigger_from_outside_begins_it_and_interrupts_or_not(trigger: str, come: str, interrupting: bool) -> None:
    run = play(working(trigger, interrupting), ROOTS, level=1)
    match come:
        case "message":
            run.message("mail")
        case "signal":
            run.signal("bell")
        case "timer":
            run.wait(hours=1)
        case _:
            run.do("set_variable", "level", 5)
    assert run.open == (["es_work"] if interrupting else ["x", "es_work"])
    assert run.cancelled == (["x"] if interrupting else [])
    if not interrupting:
        run.complete("x", "ada")
    assert not run.completed
    run.complete("es_work", "ada")
    assert run.completed


def test_one_that_does_not_interrupt_repeats() -> None:
    run = play(working('<messageEventDefinition messageRef="mail"/>', False), ROOTS)
    run.message("mail")
    run.message("mail")
    assert run.open == ["x", "es_work", "es_work"]


def test_a_cycle_repeats_as_often_as_it_says() -> None:
    run = play(working(TIMER.format("timeCycle", "R2/PT10M"), False), ROOTS)
    run.wait(hours=3)
    assert run.open == ["x", "es_work", "es_work"]
    run.complete("x", "ada")
    assert run.timers() == {}


THROWER = '<userTask id="x"/><endEvent id="t">{0}</endEvent><sequenceFlow id="xt" sourceRef="x" targetRef="t"/>'


@pytest.mark.parametrize(("kind", "interrupting"), [("error", True), ("escalation", True), ("escalation", False)])
def test_what_is_thrown_inside_a_sub_process_is_caught_there(kind: str, interrupting: bool) -> None:
    reference = {"error": "bad", "escalation": "loud"}[kind]
    definition = f'<{kind}EventDefinition {kind}Ref="{reference}"/>'
    inside = THROWER.format(definition) + event_sub_process(definition, interrupting=interrupting)
    run = play(sub_process(inside), ROOTS)
    run.complete("x", "ada")
    assert run.open == ["es_work"]
    assert ("t" in run.passed) == (not interrupting)
    run.complete("es_work", "ada")
    assert run.open == ["y"]


def test_it_goes_before_the_border_of_its_sub_process() -> None:
    error = '<errorEventDefinition errorRef="bad"/>'
    border = f'<boundaryEvent id="b" attachedToRef="part">{error}</boundaryEvent>\nz userTask\nb -> z'
    run = play(sub_process(THROWER.format(error) + event_sub_process(error)) + "\n" + border, ROOTS)
    run.complete("x", "ada")
    assert run.open == ["es_work"]


def test_one_that_does_not_catch_leaves_it_to_the_border() -> None:
    error, other = '<errorEventDefinition errorRef="bad"/>', '<errorEventDefinition errorRef="worse"/>'
    border = f'<boundaryEvent id="b" attachedToRef="part">{error}</boundaryEvent>\nz userTask\nb -> z'
    roots = ROOTS + '<error id="worse" errorCode="WORSE"/>'
    run = play(sub_process(THROWER.format(error) + event_sub_process(other)) + "\n" + border, roots)
    run.complete("x", "ada")
    assert run.open == ["z"]


def test_one_inside_another_is_begun_by_its_own_trigger() -> None:
    signal, mail = '<signalEventDefinition signalRef="bell"/>', '<messageEventDefinition messageRef="mail"/>'
    inner = event_sub_process(signal, "inner")
    outer = event_sub_process(mail, "outer", interrupting=False, more=inner)
    run = play(f"s startEvent\nx userTask\ns -> x\n{outer}", ROOTS)
    run.message("mail")
    run.signal("bell")
    assert run.open == ["x", "inner_work"]
    run.complete("inner_work", "ada")
    assert run.open == ["x"]


def test_what_came_along_is_known_inside() -> None:
    run = play(working('<messageEventDefinition messageRef="mail"/>', True), ROOTS)
    run.message("mail", sender="grace")
    assert run.variables["sender"] == "grace"


def test_several_triggers_begin_it_each() -> None:
    both = '<messageEventDefinition messageRef="mail"/><signalEventDefinition signalRef="bell"/>'
    run = play(working(both, False), ROOTS)
    run.message("mail")
    run.signal("bell")
    assert run.open == ["x", "es_work", "es_work"]


def test_an_error_in_a_called_process_is_caught_there_before_it_comes_back() -> None:
    error = '<errorEventDefinition errorRef="bad"/>'
    run = play(f"s startEvent\n<endEvent id='t'>{error}</endEvent>\ns -> t\n{event_sub_process(error)}", ROOTS)
    assert run.open == ["es_work"]
    assert [caught.catcher for caught in run.all(facts.ErrorCaught)] == ["es_s"]
    assert run.incidents == []
