"""Sequence and message flows join what they may, and everybody agrees about them."""

import re

from tests.bpmn.models import around, codes, file, model, read, the_problem

PROCESS = '<process id="p" isExecutable="true">{}</process>'
MESSAGES = '<collaboration id="c"><participant id="other"/>{}</collaboration>'
ROOTS = '<message id="m" name="Paid"/>'


def flow(source: str, target: str) -> str:
    return MESSAGES.format(f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>')


def catching(tag: str = "intermediateCatchEvent") -> str:
    return f'<{tag} id="x"><messageEventDefinition messageRef="m"/></{tag}>'


def test_a_message_flow_may_join_a_pool_and_an_activity() -> None:
    assert codes(around("x task", flow("other", "x"))) == set()


def test_a_message_flow_does_not_end_at_a_gateway() -> None:
    assert codes(around("x exclusiveGateway", flow("other", "x"))) == {"message-flow-end"}


def test_a_message_flow_ends_at_something() -> None:
    assert codes(around("x task", flow("gone", "x"))) == {"reference-to-nothing"}


def test_a_message_flow_into_a_start_event_needs_one_that_receives() -> None:
    assert codes(around("x task", flow("other", "s"))) == {"message-flow-into-plain-start"}
    start = '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>'
    assert codes(model(f"{start}\nx task\ns -> x", ROOTS + flow("other", "s"))) == set()


def test_a_message_flow_out_of_an_end_event_needs_one_that_sends() -> None:
    assert codes(around("x task", flow("e", "other"))) == {"message-flow-out-of-plain-end"}


def test_a_message_flow_goes_into_what_catches_and_out_of_what_throws() -> None:
    assert codes(around(catching(), ROOTS + flow("other", "x"))) == set()
    assert codes(around(catching(), ROOTS + flow("x", "other"))) == {"message-flow-out-of-catching-event"}
    thrown = catching("intermediateThrowEvent")
    assert codes(around(thrown, ROOTS + flow("other", "x"))) == {"message-flow-into-throwing-event"}


def test_a_sequence_flow_ends_at_no_annotation() -> None:
    data = around('x task\n<textAnnotation id="n"/>\n<sequenceFlow id="f" sourceRef="x" targetRef="n"/>')
    assert codes(data) == {"flow-ends-nowhere"}


def test_a_flow_that_is_not_immediate_is_refused() -> None:
    data = around('x task\ny task\n<sequenceFlow id="f" sourceRef="x" targetRef="y" isImmediate="false"/>')
    assert codes(data) == {"flow-not-immediate"}


LISTED = (
    '<startEvent id="s"><outgoing>f</outgoing></startEvent><task id="t">{}</task>'
    '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
)


def plain(body: str) -> bytes:
    """A process in a file that no vendor has written."""
    return re.sub(rb' xmlns:(camunda|flowable)="[^"]*"', b"", file(PROCESS.format(body)))


def test_elements_that_name_their_flows_name_all_of_them() -> None:
    assert codes(file(PROCESS.format(LISTED.format("<incoming>f</incoming>")))) == set()
    assert codes(plain(LISTED.format(""))) == {"flow-not-listed"}


def told(data: bytes) -> dict[str, str]:
    """The level of each finding by its code, in a file of the Camunda family."""
    return {problem.code: problem.level for problem in read(data).problems}


def test_what_is_not_named_as_incoming_is_only_told_in_a_file_of_the_camunda_family() -> None:
    assert told(file(PROCESS.format(LISTED.format(""))))["flow-not-listed"] == "warning"


ONE_EXIT = (
    '<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="c"><timerEventDefinition>'
    "<timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/>{}'
)
EXIT = '<sequenceFlow id="f2" sourceRef="g" targetRef="c"/>'


def test_an_event_gateway_offers_a_choice() -> None:
    assert codes(plain(ONE_EXIT.format(EXIT))) == {"event-gateway-without-choice"}


def test_an_event_gateway_with_one_exit_is_only_told_in_a_file_of_the_camunda_family() -> None:
    assert told(file(PROCESS.format(ONE_EXIT.format(EXIT))))["event-gateway-without-choice"] == "warning"
    assert told(file(PROCESS.format(ONE_EXIT.format(""))))["event-gateway-without-choice"] == "problem"


CAUGHT = (
    '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><errorEventDefinition errorRef="x"/></boundaryEvent>{}'
)


def test_an_error_without_a_code_catches_all_in_a_file_of_the_camunda_family_and_is_never_thrown() -> None:
    roots = '<error id="x"/>' + PROCESS
    assert told(file(roots.format(CAUGHT.format(""))))["code-missing"] == "warning"
    thrown = '<endEvent id="e"><errorEventDefinition errorRef="x"/></endEvent>'
    found = read(file(roots.format(CAUGHT.format(thrown))))
    assert "problem" in {problem.level for problem in found.problems if problem.code == "code-missing"}


def test_a_file_may_leave_the_names_of_flows_out_altogether() -> None:
    assert codes(model("s startEvent\nt task\ns -> t")) == set()


def test_a_path_does_not_begin_beside_the_start_event() -> None:
    data = model("s startEvent\na task\nb task\nc task\ns -> a\nb -> c -> a")
    assert the_problem(data).startswith("A path begins here although the level has a start event")


def test_without_a_start_event_paths_begin_where_nothing_leads() -> None:
    assert codes(model("a task\nb task\nc task\na -> c\nb -> c")) == set()


def test_what_was_left_over_without_any_flow_is_only_warned_of() -> None:
    data = around("x task\nlost task")
    assert codes(data) == set()
    assert "unreachable-elements" in codes(data, "warning")


def test_a_gateway_has_the_flows_of_its_direction() -> None:
    split = "x parallelGateway{}\na task\nb task\nx -> a\nx -> b"
    for direction, found in (
        ("Diverging", set()),
        ("Converging", {"gateway-direction"}),
        ("Mixed", {"gateway-direction"}),
    ):
        data = model("s startEvent\ns -> x\n" + split.format(f' gatewayDirection="{direction}"'))
        assert codes(data) == found, direction
