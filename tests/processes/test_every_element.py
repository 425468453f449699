"""One process for each element of the engine's table and each kind of event, played straight and restored each time."""

from collections.abc import Callable

import pytest

from server.bpmn.definition import Kind
from server.engine.elements import LOOPS, STEPS
from tests.processes.drawn import begin, drawn, play
from tests.processes.player import Player

ROOTS = (
    '<message id="m" name="m"/><signal id="s1" name="s1"/><error id="er" errorCode="E"/>'
    '<escalation id="es" escalationCode="L"/>'
)
DEFINITIONS = {
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="s1"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="er"/>',
    "escalation": '<escalationEventDefinition escalationRef="es"/>',
    "compensation": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "link": '<linkEventDefinition name="L"/>',
}
COME: dict[str, Callable[[Player], None]] = {
    "message": lambda played: played.message("m"),
    "signal": lambda played: played.signal("s1"),
    "timer": lambda played: played.wait(minutes=1),
    "conditional": lambda played: played.do_at(lambda execution, moment: execution.set_variable("n", 1, moment)),
}
LOOP = (
    '<multiInstanceLoopCharacteristics isSequential="{}"><loopCardinality>2</loopCardinality>'
    "</multiInstanceLoopCharacteristics>"
)


def person(played: Player) -> None:
    """Whoever is asked does it."""
    played.complete(played.open[0], "ada")


def answer(played: Player) -> None:
    played.answer("x")


def choose(played: Player) -> None:
    played.do_at(lambda execution, moment: execution.start_ad_hoc(played.at("x"), "y", moment))
    person(played)
    played.do("finish_ad_hoc", played.at("x"))


def come_back(played: Player) -> None:
    played.do("return_from_call", played.at("x"), {})


CONNECTED = (
    "<extensionElements><camunda:connector><camunda:connectorId>http-connector</camunda:connectorId>"
    '<camunda:inputOutput><camunda:inputParameter name="url">https://example.org</camunda:inputParameter>'
    '<camunda:inputParameter name="method">GET</camunda:inputParameter></camunda:inputOutput>'
    "</camunda:connector></extensionElements>"
)
SPLIT = '<{0} id="x"/>\na task\nb task\n<{0} id="z"/>\nx -> a -> z\nx -> b -> z\nz -> u\nu userTask'
# Activities and gateways: the element with the id `x`, what comes to it, and what is passed before `u`, a user task.
ELEMENTS: dict[str, tuple[str, tuple[Callable[[Player], None], ...], list[str]]] = {
    Kind.TASK: ("x task", (), ["x"]),
    Kind.MANUAL_TASK: ("x manualTask", (), ["x"]),
    Kind.USER_TASK: ("x userTask", (person,), ["x"]),
    Kind.SCRIPT_TASK: ('<scriptTask id="x" scriptFormat="python"><script>n = 1</script></scriptTask>', (), ["x"]),
    Kind.SERVICE_TASK: (f'<serviceTask id="x">{CONNECTED}</serviceTask>', (answer,), ["x"]),
    Kind.SEND_TASK: ('<sendTask id="x" messageRef="m"/>', (), ["x"]),
    Kind.RECEIVE_TASK: ('<receiveTask id="x" messageRef="m"/>', (COME["message"],), ["x"]),
    Kind.BUSINESS_RULE_TASK: ('<businessRuleTask id="x" camunda:decisionRef="cheap"/>', (), ["x"]),
    Kind.CALL_ACTIVITY: ('<callActivity id="x" calledElement="other"/>', (come_back,), ["x"]),
    Kind.SUB_PROCESS: ('<subProcess id="x"><userTask id="y"/></subProcess>', (person,), ["y", "x"]),
    Kind.TRANSACTION: ('<transaction id="x"><userTask id="y"/></transaction>', (person,), ["y", "x"]),
    Kind.AD_HOC_SUB_PROCESS: ('<adHocSubProcess id="x"><userTask id="y"/></adHocSubProcess>', (choose,), ["y", "x"]),
    Kind.EXCLUSIVE_GATEWAY: ("x exclusiveGateway", (), ["x"]),
    Kind.PARALLEL_GATEWAY: (SPLIT.format("parallelGateway"), (), ["x", "a", "b", "z", "z"]),
    Kind.INCLUSIVE_GATEWAY: (SPLIT.format("inclusiveGateway"), (), ["x", "a", "b", "z", "z"]),
    Kind.EVENT_BASED_GATEWAY: (
        f'<eventBasedGateway id="x"/><intermediateCatchEvent id="y">{DEFINITIONS["signal"]}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="w">{DEFINITIONS["timer"]}</intermediateCatchEvent>\nx -> y -> u\nx -> w -> u',
        (COME["signal"],),
        ["x", "y"],
    ),
    Kind.COMPLEX_GATEWAY: (
        "x parallelGateway\nx -> a -> z\nx -> b -> z\nz -> u\na task\nb userTask\n"
        '<complexGateway id="z"><activationCondition>activationCount >= 1</activationCondition></complexGateway>',
        (),
        ["x", "a", "z"],
    ),
    "standard": (
        '<userTask id="x"><standardLoopCharacteristics loopMaximum="2"/></userTask>',
        (person, person),
        ["x"] * 3,
    ),
    "parallel": (f'<userTask id="x">{LOOP.format("false")}</userTask>', (person, person), ["x"] * 3),
    "sequential": (f'<userTask id="x">{LOOP.format("true")}</userTask>', (person, person), ["x"] * 3),
}
EVENTS = {Kind.START_EVENT, Kind.END_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.INTERMEDIATE_THROW_EVENT}
EVENTS |= {Kind.BOUNDARY_EVENT}


def test_every_element_of_the_table_has_a_process_here() -> None:
    assert set(ELEMENTS) | EVENTS == {*STEPS, *LOOPS}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_an_element_is_passed_when_what_it_waits_for_has_come(kind: str) -> None:
    element, comes, passed = ELEMENTS[kind]
    behind = "" if " -> u" in element else "\nx -> u"
    beside = "" if "u userTask" in element else "\nu userTask"
    played = Player(
        drawn(f"s startEvent\ns -> x{behind}{beside}\n{element}", ROOTS), {"n": 0, "amount": 7}, calls=False
    )
    for come in comes:
        assert "u" not in played.open
        come(played)
    assert played.open[-1] == "u"
    assert played.passed == ["s", *passed]


@pytest.mark.parametrize("kind", COME)
@pytest.mark.parametrize("position", ["intermediate", "boundary", "beside", "event sub-process"])
def test_an_event_is_passed_when_it_has_come(position: str, kind: str) -> None:
    definition = DEFINITIONS[kind]
    cancels = f'cancelActivity="{str(position == "boundary").lower()}"'
    inside = f'<startEvent id="x">{definition}</startEvent><userTask id="u"/>'
    inside += '<sequenceFlow id="i" sourceRef="x" targetRef="u"/>'
    caught = f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'
    models = {
        "intermediate": f"{caught}\nu userTask\ns -> x -> u",
        "event sub-process": f'<subProcess id="p1" triggeredByEvent="true">{inside}</subProcess>\nw userTask\ns -> w',
    }
    guard = f'<boundaryEvent id="x" attachedToRef="w" {cancels}>{definition}</boundaryEvent>'
    around = f"w userTask\n{guard}\nu userTask\ns -> w\nx -> u"
    played = play(f"s startEvent\n{models.get(position, around)}", ROOTS, n=0)
    assert "u" not in played.open
    COME[kind](played)
    assert played.open == (["w", "u"] if position == "beside" else ["u"])
    assert played.passed == ["s", "x"]


@pytest.mark.parametrize("kind", [*COME])
def test_an_event_begins_a_process(kind: str) -> None:
    begun = begin(f'<startEvent id="x">{DEFINITIONS[kind]}</startEvent>\nu userTask\nx -> u', "x", {}, ROOTS)
    assert begun.open == ["u"]


@pytest.mark.parametrize("kind", ["error", "escalation", "cancel"])
def test_what_an_end_event_throws_is_caught_at_the_border(kind: str) -> None:
    tag, definition = ("transaction" if kind == "cancel" else "subProcess"), DEFINITIONS[kind]
    played = play(
        f"""
        s startEvent
        <{tag} id="w"><startEvent id="i"/><endEvent id="y">{definition}</endEvent>
        <sequenceFlow id="f" sourceRef="i" targetRef="y"/></{tag}>
        <boundaryEvent id="x" attachedToRef="w">{definition}</boundaryEvent>
        u userTask
        s -> w
        x -> u
        """,
        ROOTS,
    )
    assert played.open == ["u"]
    assert "w" in played.cancelled


@pytest.mark.parametrize("kind", ["", "message", "signal", "escalation", "compensation", "link"])
def test_an_event_that_throws_goes_on(kind: str) -> None:
    definition = DEFINITIONS.get(kind, "")
    behind = (
        f'<intermediateCatchEvent id="z">{definition}</intermediateCatchEvent>\nz -> u' if kind == "link" else "x -> u"
    )
    thrown = f'<intermediateThrowEvent id="x">{definition}</intermediateThrowEvent>'
    played = play(f"s startEvent\n{thrown}\nu userTask\ns -> x\n{behind}", ROOTS)
    assert played.open == ["u"]
    assert played.passed[:2] == ["s", "x"]


@pytest.mark.parametrize("kind", ["", "message", "signal", "escalation", "compensation", "terminate"])
def test_an_end_event_ends_its_process(kind: str) -> None:
    played = play(f's startEvent\n<endEvent id="x">{DEFINITIONS.get(kind, "")}</endEvent>\ns -> x', ROOTS)
    assert played.completed
    assert played.passed == ["s", "x"]
