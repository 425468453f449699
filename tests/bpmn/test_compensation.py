"""What is read of event sub-processes, transactions and compensation, and what of them is refused."""

import pytest

from server.bpmn.definition import Kind, Level
from tests.bpmn.models import codes, model, problems, read, the_problem

UNDOING = """
    s startEvent
    a task
    <boundaryEvent id="c" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>
    undo task isForCompensation="true"
    <association id="as" associationDirection="One" sourceRef="c" targetRef="undo"/>
    <endEvent id="e"><compensateEventDefinition activityRef="a" waitForCompletion="false"/></endEvent>
    s -> a -> e
"""
CANCELLED = """
    s startEvent
    <transaction id="t" method="##Compensate"><startEvent id="ts"/><endEvent id="te"><cancelEventDefinition/></endEvent>
    <sequenceFlow id="tf" sourceRef="ts" targetRef="te"/></transaction>
    e endEvent
    s -> t -> e
"""
CANCEL = '<boundaryEvent id="b" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>\nz endEvent\nb -> z'


def level(notation: str) -> Level:
    data = model(notation)
    assert problems(data) == []
    return read(data).processes[0].level


def event_sub_process(trigger: str, attributes: str = "") -> str:
    start = f'<startEvent id="start" {attributes}>{trigger}</startEvent><endEvent id="end"/>'
    flow = '<sequenceFlow id="start_end" sourceRef="start" targetRef="end"/>'
    return f's startEvent\na task\ns -> a\n<subProcess id="es" triggeredByEvent="true">{start}{flow}</subProcess>'


def test_an_association_tells_who_undoes_an_activity() -> None:
    elements = level(UNDOING).elements
    assert elements["c"].undone_by == "undo"
    assert elements["undo"].for_compensation
    thrown = elements["e"].triggers[0]
    assert (thrown.kind, thrown.reference, thrown.waits) == ("compensation", "a", False)


def test_what_undoes_is_no_beginning_of_its_own() -> None:
    assert level(UNDOING.replace("s startEvent\n", "").replace("s -> ", "")).starts == ("a",)


def test_a_transaction_is_a_level_of_its_own() -> None:
    transaction = level(CANCELLED + CANCEL).elements["t"]
    assert transaction.kind is Kind.TRANSACTION
    assert transaction.inner is not None
    assert [trigger.kind for trigger in transaction.inner.elements["te"].triggers] == ["cancel"]


def test_an_event_sub_process_begins_by_its_trigger_and_interrupts_or_not() -> None:
    inside = level(event_sub_process("<escalationEventDefinition/>", 'isInterrupting="false"'))
    (element,) = inside.event_sub_processes
    assert inside.starts == ("s",)
    assert element.inner is not None
    assert not element.inner.elements["start"].interrupting


@pytest.mark.parametrize(
    ("notation", "words"),
    [
        (
            UNDOING.replace('<association id="as"', '<textAnnotation id="x"/><association id="as2"').replace(
                '"undo"/>', '"x"/>'
            ),
            "leads by one association",
        ),
        (UNDOING.replace('activityRef="a"', 'activityRef="undo"'), 'Nothing undoes "undo"'),
        (UNDOING + "x task\nundo -> x", "No sequence flow touches an activity for compensation"),
        (UNDOING + "x endEvent\nc -> x", "No sequence flow leaves a compensation event"),
        (CANCELLED, 'Nothing catches the cancelling of "t"'),
        (
            CANCELLED + CANCEL.replace('"t">', '"t" cancelActivity="false">'),
            "A cancel event always interrupts",
        ),
        (event_sub_process("<errorEventDefinition/>", 'isInterrupting="false"'), "An error event always interrupts"),
    ],
)
def test_each_mistake_is_refused(notation: str, words: str) -> None:
    found = problems(model(notation))
    assert any(words in text for text in found), found


def test_compensation_is_not_thrown_into_another_level() -> None:
    thrown = '<endEvent id="qe"><compensateEventDefinition activityRef="a"/></endEvent>'
    flow = '<sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/>'
    inner = f'<subProcess id="q"><startEvent id="qs"/>{thrown}{flow}</subProcess>'
    text = the_problem(model(UNDOING.replace("s -> a -> e", f"{inner}\ns -> a -> q -> e")))
    assert text.startswith('"a" cannot be seen from here')


def test_an_activity_that_nobody_asks_to_undo_anything_is_a_warning() -> None:
    found = problems(model("s startEvent\na task\nx task isForCompensation='true'\ns -> a"), "warning")
    assert any(text.startswith("No compensation boundary event leads here") for text in found)


def test_a_call_that_nothing_undoes_is_doubted_where_all_is_undone() -> None:
    thrown = '<endEvent id="e"><compensateEventDefinition {}/></endEvent>'
    called = "s startEvent\nu task\nx callActivity calledElement='q'\n{}\ns -> u -> x -> e"
    undone = (
        '<boundaryEvent id="b" attachedToRef="{}"><compensateEventDefinition/></boundaryEvent>'
        '<task id="undo" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="undo"/>'
    )
    for notation, doubted in (
        (thrown.format(""), True),
        (thrown.format("") + undone.format("x"), False),
        (thrown.format('activityRef="u"') + undone.format("u"), False),
        ("e endEvent", False),
    ):
        assert ("call-not-undone" in codes(model(called.format(notation)), "warning")) is doubted
