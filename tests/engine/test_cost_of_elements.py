"""Going round an element for the hundredth time keeps and writes as much as going round it for the tenth time."""

import pytest

from server.bpmn.definition import Process
from tests.bpmn.models import model, read
from tests.engine.plays import Play

CONDITIONAL = "<conditionalEventDefinition><condition>n == 0</condition></conditionalEventDefinition>"
AROUND = {
    "link": """
        s startEvent
        <exclusiveGateway id="again"/>
        u userTask
        <intermediateThrowEvent id="away"><linkEventDefinition name="L"/></intermediateThrowEvent>
        <intermediateCatchEvent id="here"><linkEventDefinition name="L"/></intermediateCatchEvent>
        s -> again -> u -> away
        here -> again
    """,
    "condition": f"""
        s startEvent
        <exclusiveGateway id="again"/>
        u userTask
        <boundaryEvent id="b" attachedToRef="u">{CONDITIONAL}</boundaryEvent>
        e endEvent
        s -> again -> u -> again
        b -> e
    """,
    "complex gateway": """
        s startEvent
        <exclusiveGateway id="again"/>
        <parallelGateway id="split"/>
        u userTask
        v userTask
        <complexGateway id="join"><activationCondition>activationCount >= 1</activationCondition></complexGateway>
        w userTask
        s -> again -> split -> u -> join
        split -> v -> join -> w -> again
    """,
    "quantities": """
        s startEvent
        <exclusiveGateway id="again"/>
        <task id="two" completionQuantity="2"/>
        <userTask id="u" startQuantity="2"/>
        s -> again -> two -> u -> again
    """,
    "data": """
        s startEvent
        <exclusiveGateway id="again"/>
        <dataObject id="n" name="n"/>
        <userTask id="u"><ioSpecification><dataInput id="i" name="i"/><dataOutput id="o" name="o"/><inputSet>
        <dataInputRefs>i</dataInputRefs></inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>
        </ioSpecification><dataInputAssociation><sourceRef>n</sourceRef><targetRef>i</targetRef></dataInputAssociation>
        <dataOutputAssociation><sourceRef>o</sourceRef><targetRef>n</targetRef></dataOutputAssociation></userTask>
        s -> again -> u -> again
    """,
}


def drawn(notation: str) -> Process:
    reading = read(model(notation))
    refusals = [problem.text for problem in reading.problems if problem.level == "problem"]
    assert refusals == [], refusals
    return reading.processes[0]


def _lengths(play: Play) -> tuple[int, int, int]:
    """Parts that are kept, parts that the last step wrote and removed; numbers grow, so their digits do not count."""
    return len(play.parts), len(play.last_changes.written), len(play.last_changes.removed)


@pytest.mark.parametrize("name", AROUND)
def test_the_hundredth_round_keeps_and_writes_as_much_as_the_tenth(name: str) -> None:
    play = Play(drawn(AROUND[name]), {"n": 1})
    lengths = []
    for _ in range(100):
        for element in sorted({key for key in play.open if key in ("u", "v", "w")}):
            play.complete(element, o=1)
        lengths.append(_lengths(play))
    assert play.open
    assert lengths[9] == lengths[99]


def test_the_hundredth_choice_in_an_ad_hoc_sub_process_keeps_and_writes_as_much_as_the_tenth() -> None:
    play = Play(drawn('s startEvent\n<adHocSubProcess id="x"><userTask id="u"/></adHocSubProcess>\ns -> x'))
    lengths = []
    for _ in range(100):
        play.do("start_ad_hoc", play.at("x"), "u", play.moment)
        play.complete("u")
        lengths.append(_lengths(play))
    assert lengths[9] == lengths[99]
