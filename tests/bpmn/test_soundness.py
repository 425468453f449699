"""The search of the token graph finds what can go wrong, nothing that cannot, and is done in time."""

import time

import pytest

from server.bpmn.soundness import search
from tests.bpmn.large import choices, conditional, linear, wide
from tests.bpmn.models import model, read

SECONDS = 1.0
"""Of the processor."""


def stuck(notation: str) -> set[tuple[str, str]]:
    """(what, where) for everything that is found in the outermost level."""
    level = read(model(notation)).processes[0].level
    return {(found.code, found.element) for found in search(level)}


BLOCK = (
    "s startEvent\ne endEvent\nf parallelGateway\nj parallelGateway\na task\nb task\ns -> f -> a -> j -> e\nf -> b -> j"
)


def test_a_parallel_block_is_sound() -> None:
    assert stuck(BLOCK) == set()


def test_a_loop_round_a_parallel_block_is_sound() -> None:
    assert (
        stuck(
            BLOCK.replace(
                "e endEvent", 'e exclusiveGateway default="e_z"\nz endEvent\ne -> z\nm exclusiveGateway'
            ).replace("s -> f", "s -> m -> f")
            + "\n"
            + conditional("e", "m")
        )
        == set()
    )


LEAVING = BLOCK.replace("f -> a -> j -> e", "f -> a -> x -> j -> e") + '\nx exclusiveGateway default="x_j"\n{}\n'


def test_a_way_out_of_a_parallel_branch_may_leave_the_join_waiting() -> None:
    notation = LEAVING.format("q endEvent") + conditional("x", "q")
    assert stuck(notation) == {("possible-deadlock", "j")}


def test_a_way_out_that_ends_everything_leaves_nothing_waiting() -> None:
    notation = LEAVING.format('<endEvent id="q"><terminateEventDefinition/></endEvent>') + conditional("x", "q")
    assert stuck(notation) == set()


def test_an_interrupted_branch_may_leave_the_join_waiting() -> None:
    boundary = '<boundaryEvent id="i" attachedToRef="a"><errorEventDefinition/></boundaryEvent>\nq endEvent\ni -> q'
    assert stuck(f"{BLOCK}\n{boundary}") == {("possible-deadlock", "j")}


def test_what_happens_beside_an_activity_may_happen_twice() -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    boundary = f'<boundaryEvent id="i" attachedToRef="a" cancelActivity="false">{timer}</boundaryEvent>'
    looping = 's startEvent\na task\ng exclusiveGateway default="g_e"\ne endEvent\ns -> a -> g -> e\nr task\nq endEvent'
    assert stuck(f"{looping}\n{boundary}\ni -> r -> q\n{conditional('g', 'a')}") == set()


def test_an_inclusive_join_waits_for_nothing_that_cannot_come() -> None:
    notation = BLOCK.replace("j parallelGateway", "j inclusiveGateway").replace(
        "f parallelGateway", "f exclusiveGateway"
    )
    assert stuck(notation) == set()


def test_a_join_that_a_forgotten_branch_leads_to_waits_for_ever() -> None:
    notation = "s startEvent\na task\nlost task\nj parallelGateway\ne endEvent\ns -> a -> j -> e\nlost -> j"
    assert ("possible-deadlock", "j") in stuck(notation)


def test_each_start_event_begins_alone() -> None:
    start = '<startEvent id="{}"><messageEventDefinition messageRef="m"/></startEvent>'
    notation = f"{start.format('s')}\n{start.format('t')}\nj parallelGateway\ne endEvent\ns -> j -> e\nt -> j"
    assert stuck(notation) == {("possible-deadlock", "j")}


def test_without_start_events_everything_begins_at_once() -> None:
    assert stuck("a task\nb task\nj parallelGateway\na -> j\nb -> j") == set()


@pytest.mark.parametrize("notation", [linear(1000), wide(1000), choices(330)], ids=["linear", "wide", "choices"])
def test_a_thousand_activities_take_less_than_a_second(notation: str) -> None:
    level = read(model(notation)).processes[0].level
    begun = time.thread_time()
    assert search(level) == ()
    assert time.thread_time() - begun < SECONDS
