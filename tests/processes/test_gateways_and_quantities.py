"""Complex and instantiating gateways, receive tasks that begin a process, events of a multi-instance, quantities."""

import pytest

from server.engine import facts
from tests.bpmn.models import model, problems
from tests.processes.drawn import begin, drawn, play
from tests.processes.player import Player

BELLS = '<signal id="bell" name="bell"/><signal id="horn" name="horn"/><message id="mail" name="mail"/>'


def two_of_three(condition: str = "activationCount >= 2", out: str = "") -> Player:
    return play(f"""
        s startEvent
        <parallelGateway id="split"/>
        a userTask
        b userTask
        c userTask
        <complexGateway id="join"><activationCondition>{condition}</activationCondition></complexGateway>
        x userTask
        e endEvent
        s -> split -> a -> join
        split -> b -> join
        split -> c -> join
        {out or "join -> x"}
        x -> e
    """)


def test_a_complex_gateway_goes_on_as_soon_as_enough_tokens_have_come() -> None:
    joined = two_of_three()
    joined.complete("b", "ada")
    assert joined.open == ["a", "c"]
    joined.complete("c", "ada")
    assert joined.open == ["a", "x"]


def test_what_comes_to_a_complex_gateway_after_its_start_is_consumed_by_its_reset() -> None:
    joined = two_of_three()
    for element in ("a", "b", "c", "x"):
        joined.complete(element, "ada")
    assert joined.completed
    assert len([fact for fact in joined.all(facts.UserTaskCreated) if fact.element == "x"]) == 1


def test_a_complex_gateway_is_reset_when_nobody_can_come_any_more() -> None:
    joined = two_of_three()
    joined.complete("a", "ada")
    joined.complete("b", "ada")
    joined.do("cancel_activity", joined.at("c"))
    joined.complete("x", "ada")
    assert joined.completed


def test_a_condition_can_ask_how_many_tokens_wait_at_one_flow() -> None:
    joined = two_of_three("c_join == 1 and a_join == 1")
    joined.complete("a", "ada")
    joined.complete("b", "ada")
    assert joined.open == ["c"]
    joined.complete("c", "ada")
    assert joined.open == ["x"]


def test_a_flow_can_be_meant_for_the_reset_only() -> None:
    out = (
        '<userTask id="y"/><sequenceFlow id="jx" sourceRef="join" targetRef="x"><conditionExpression>${waitingForStart}'
        '</conditionExpression></sequenceFlow><sequenceFlow id="jy" sourceRef="join" targetRef="y">'
        "<conditionExpression>${!waitingForStart}</conditionExpression></sequenceFlow>"
    )
    joined = two_of_three(out=out)
    joined.complete("a", "ada")
    joined.complete("b", "ada")
    assert joined.open == ["c", "x"]
    joined.complete("c", "ada")
    assert joined.open == ["x", "y"]


def test_a_complex_gateway_can_start_again_after_its_reset() -> None:
    joined = play("""
        s startEvent
        <exclusiveGateway id="again" default="around"/>
        <parallelGateway id="split"/>
        a userTask
        b userTask
        <complexGateway id="join"><activationCondition>activationCount >= 1</activationCondition></complexGateway>
        x userTask
        s -> again
        <sequenceFlow id="around" sourceRef="again" targetRef="split"/>
        split -> a -> join
        split -> b -> join
        join -> x -> again
    """)
    joined.complete("a", "ada")
    joined.complete("b", "ada")
    joined.complete("x", "ada")
    assert joined.open == ["a", "b"]
    joined.complete("b", "ada")
    assert joined.open == ["a", "x"]


def test_a_condition_of_a_complex_gateway_that_fails_is_an_incident_at_the_gateway() -> None:
    joined = two_of_three("activationCount >= needed")
    joined.complete("a", "ada")
    assert joined.incidents == ["join"]
    joined.do("set_variable", "needed", 1)
    joined.do("retry", joined.at("join"))
    assert joined.open == ["b", "c", "x"]


def test_a_complex_gateway_without_an_activation_condition_is_refused() -> None:
    found = problems(model("s startEvent\n<complexGateway id='g'/>\nx task\ne endEvent\ns -> g -> e\nx -> g\ns -> x"))
    assert found == ["The complex gateway has no activation condition; write one, such as activationCount >= 2."]


RACE = """
    <eventBasedGateway id="race" instantiate="true" eventGatewayType="{}"/>
    <intermediateCatchEvent id="posted"><messageEventDefinition messageRef="mail"/></intermediateCatchEvent>
    <intermediateCatchEvent id="rung"><signalEventDefinition signalRef="bell"/></intermediateCatchEvent>
    u userTask
    v userTask
    race -> posted -> u
    race -> rung -> v
"""


def test_a_gateway_that_instantiates_begins_at_the_event_that_came() -> None:
    race = begin(RACE.format("Exclusive"), "rung", {"loud": True}, BELLS)
    assert race.open == ["v"]
    assert race.variables == {"loud": True}
    assert race.passed == ["race", "rung"]


def test_a_parallel_gateway_that_instantiates_waits_for_the_other_events_too() -> None:
    race = begin(RACE.format("Parallel"), "rung", {}, BELLS)
    assert race.open == ["v"]
    assert "posted" in race.waiting
    race.message("mail", text="hello")
    assert race.open == ["v", "u"]


def test_a_process_that_events_begin_cannot_be_started_by_hand() -> None:
    process, _ = drawn(RACE.format("Exclusive"), BELLS)
    assert process.level.plain_starts() == ()
    assert list(process.level.openers()) == ["posted", "rung"]


def test_a_receive_task_can_begin_a_process() -> None:
    text = '<receiveTask id="x" messageRef="mail" instantiate="true"/>\nu userTask\nx -> u'
    received = begin(text, "x", {"n": 1}, BELLS)
    assert received.open == ["u"]
    assert received.variables == {"n": 1}


def test_a_receive_task_can_stand_behind_an_event_based_gateway() -> None:
    race = play(
        """
        s startEvent
        <eventBasedGateway id="race"/>
        <receiveTask id="posted" messageRef="mail"/>
        <intermediateCatchEvent id="rung"><signalEventDefinition signalRef="bell"/></intermediateCatchEvent>
        e endEvent
        s -> race -> posted -> e
        race -> rung -> e
        """,
        BELLS,
    )
    race.message("mail")
    assert race.passed == ["s", "race", "posted", "e"]


def several(behavior: str, inside: str = "", interrupting: str = "false") -> Player:
    return play(
        f"""
        s startEvent
        <userTask id="x"><multiInstanceLoopCharacteristics {behavior}>
        <loopCardinality>3</loopCardinality>{inside}</multiInstanceLoopCharacteristics></userTask>
        <boundaryEvent id="b" attachedToRef="x" cancelActivity="{interrupting}">
        <signalEventDefinition signalRef="bell"/></boundaryEvent>
        r task
        e endEvent
        s -> x -> e
        b -> r
        """,
        BELLS + '<signalEventDefinition id="ring" signalRef="bell"/>',
    )


@pytest.mark.parametrize(
    ("behavior", "rings"),
    [
        ('behavior="None" noneBehaviorEventRef="ring"', [1, 2, 3]),
        ('behavior="One" oneBehaviorEventRef="ring"', [1, 1, 1]),
        ('behavior="All"', [0, 0, 0]),
    ],
)
def test_a_multi_instance_throws_an_event_with_each_or_the_first_or_no_completion(
    behavior: str, rings: list[int]
) -> None:
    loop = several(behavior)
    seen = []
    for _ in range(3):
        loop.complete("x", "ada")
        seen.append(len(loop.all(facts.SignalThrown)))
        assert loop.passed.count("r") == seen[-1]
    assert seen == rings
    assert loop.completed


def test_a_multi_instance_throws_an_event_on_a_condition() -> None:
    inside = (
        "<complexBehaviorDefinition><condition>nrOfCompletedInstances == 2</condition><event>"
        '<signalEventDefinition signalRef="bell"/></event></complexBehaviorDefinition>'
    )
    loop = several('behavior="Complex"', inside)
    loop.complete("x", "ada")
    assert "r" not in loop.passed
    loop.complete("x", "ada")
    assert loop.passed.count("r") == 1


def test_an_event_of_a_multi_instance_can_end_it() -> None:
    loop = several('behavior="One" oneBehaviorEventRef="ring" isSequential="true"', interrupting="true")
    loop.complete("x", "ada")
    assert loop.completed
    assert loop.cancelled == ["x"]
    assert "r" in loop.passed
    assert "e" not in loop.passed


def test_an_activity_begins_when_enough_tokens_have_come_by_a_flow() -> None:
    counted = play("""
        s startEvent
        <parallelGateway id="split"/>
        a userTask
        b userTask
        <exclusiveGateway id="merge"/>
        <userTask id="x" startQuantity="2"/>
        s -> split -> a -> merge -> x
        split -> b -> merge
    """)
    counted.complete("a", "ada")
    assert "x" not in counted.open
    counted.complete("b", "ada")
    assert counted.open == ["x"]
    counted.complete("x", "ada")
    assert counted.completed


def test_an_activity_sends_as_many_tokens_as_it_says() -> None:
    counted = play('s startEvent\n<task id="x" completionQuantity="3"/>\nu userTask\ns -> x -> u')
    assert counted.open == ["u", "u", "u"]


def test_a_quantity_of_none_is_refused() -> None:
    found = problems(model('s startEvent\n<task id="x" startQuantity="0"/>\ns -> x'))
    assert found == ['startQuantity of task is "0"; write a whole number from 1.']
