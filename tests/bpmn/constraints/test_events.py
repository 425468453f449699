"""Events have the triggers that can stand where they stand."""

import pytest

from tests.bpmn.models import around, codes, model, the_problem

SIGNAL = '<signal id="g" name="Go"/><error id="er" errorCode="1"/><escalation id="es" escalationCode="1"/>'
DEFINITIONS = {
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="g"/>',
    "error": '<errorEventDefinition errorRef="er"/>',
    "escalation": '<escalationEventDefinition escalationRef="es"/>',
    "terminate": "<terminateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
}


def event(tag: str, kind: str, attributes: str = "") -> str:
    return f'<{tag} id="x" {attributes}>{DEFINITIONS[kind]}</{tag}>'


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("intermediateCatchEvent", "error"),
        ("intermediateCatchEvent", "escalation"),
        ("intermediateCatchEvent", "terminate"),
        ("intermediateCatchEvent", "cancel"),
        ("intermediateCatchEvent", "compensate"),
        ("intermediateThrowEvent", "timer"),
        ("intermediateThrowEvent", "error"),
        ("intermediateThrowEvent", "terminate"),
        ("intermediateThrowEvent", "cancel"),
    ],
)
def test_a_trigger_that_cannot_stand_there_is_refused(tag: str, kind: str) -> None:
    assert "trigger-not-allowed" in codes(around(event(tag, kind), SIGNAL))


@pytest.mark.parametrize("kind", ["error", "escalation", "compensate"])
def test_a_process_does_not_start_by_what_only_an_event_sub_process_catches(kind: str) -> None:
    data = model(f"{event('startEvent', kind)}\nt task\nx -> t", SIGNAL)
    assert codes(data) == {"trigger-not-allowed"}


def test_an_embedded_sub_process_has_no_trigger_even_one_it_refers_to() -> None:
    start = '<startEvent id="i"><eventDefinitionRef>d</eventDefinitionRef></startEvent>'
    data = around(f'<subProcess id="x">{start}</subProcess>', f'<signalEventDefinition id="d" signalRef="g"/>{SIGNAL}')
    assert codes(data) == {"embedded-start-with-trigger"}


def test_a_cancel_event_belongs_to_a_transaction() -> None:
    boundary = event("boundaryEvent", "cancel", 'attachedToRef="t"')
    assert "cancel-outside-transaction" in codes(model(f"s startEvent\nt task\n{boundary}\ns -> t"))
    assert "cancel-outside-transaction" in codes(model(f"s startEvent\n{event('endEvent', 'cancel')}\ns -> x"))
    inside = f'<startEvent id="i"/>{event("endEvent", "cancel")}<sequenceFlow id="f" sourceRef="i" targetRef="x"/>'
    data = model(f'<transaction id="t">{inside}</transaction>')
    assert "cancel-outside-transaction" not in codes(data)


EVENT_SUB_PROCESS = '<subProcess id="ev" triggeredByEvent="true">{}<task id="t"/></subProcess>'
START = (
    f'<startEvent id="es_s">{DEFINITIONS["signal"]}</startEvent><sequenceFlow id="f" sourceRef="es_s" targetRef="t"/>'
)


def test_an_event_sub_process_has_exactly_one_start_event() -> None:
    assert codes(around("x task\n" + EVENT_SUB_PROCESS.format(START), SIGNAL)) == set()
    assert "event-sub-process-starts" in codes(around("x task\n" + EVENT_SUB_PROCESS.format("")))
    two = START + START.replace('"es_s"', '"es_2"').replace('"f"', '"f2"')
    assert "event-sub-process-starts" in codes(around("x task\n" + EVENT_SUB_PROCESS.format(two), SIGNAL))


def test_an_event_sub_process_begins_by_a_trigger() -> None:
    start = START.replace(DEFINITIONS["signal"], "")
    assert codes(around("x task\n" + EVENT_SUB_PROCESS.format(start))) == {"event-sub-process-without-trigger"}


def test_no_flow_touches_an_event_sub_process() -> None:
    data = around("x task\nx -> ev\n" + EVENT_SUB_PROCESS.format(START), SIGNAL)
    assert "flow-at-event-sub-process" in codes(data)


COMPENSATED = (
    "s startEvent\nt task\ns -> t\nh task {}\n"
    '<boundaryEvent id="x" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>\n{}'
)
ASSOCIATION = '<association id="a" sourceRef="x" targetRef="h" associationDirection="One"/>'


def test_a_compensation_event_leads_by_an_association_to_an_activity_for_compensation() -> None:
    assert codes(model(COMPENSATED.format('isForCompensation="true"', ASSOCIATION))) == set()
    assert "compensation-without-activity" in codes(model(COMPENSATED.format('isForCompensation="true"', "")))
    assert "activity-not-for-compensation" in codes(model(COMPENSATED.format("", ASSOCIATION)))


def test_no_sequence_flow_touches_an_activity_for_compensation() -> None:
    data = model(COMPENSATED.format('isForCompensation="true"', ASSOCIATION) + "\nt -> h")
    assert "flow-at-compensation-activity" in codes(data)


def test_a_timer_of_one_bare_word_is_refused_with_both_ways_out() -> None:
    definition = "<timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition>"
    data = around(f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>')
    assert the_problem(data) == '"soon" is no time; write one such as PT2H, or ${soon} for a variable.'


DATA = (
    '<endEvent id="x"><dataInput id="d1" itemSubjectRef="{}"/><inputSet><dataInputRefs>d1</dataInputRefs></inputSet>'
    '<messageEventDefinition messageRef="m"/>{}</endEvent>'
)
ITEMS = (
    '<itemDefinition id="text" structureRef="string"/><itemDefinition id="number" structureRef="int"/>'
    '<message id="m" name="Paid" itemRef="text"/><signal id="t" name="Told" structureRef="number"/>'
)


def test_the_data_of_an_event_is_what_its_trigger_carries() -> None:
    assert codes(model("s startEvent\n" + DATA.format("text", "") + "\ns -> x", ITEMS)) == set()
    assert codes(model("s startEvent\n" + DATA.format("number", "") + "\ns -> x", ITEMS)) == {"event-data-item"}


def test_each_trigger_that_carries_data_has_its_own() -> None:
    two = DATA.format("text", '<signalEventDefinition signalRef="t"/>')
    assert "event-data-missing" in codes(model(f"s startEvent\n{two}\ns -> x", ITEMS))
