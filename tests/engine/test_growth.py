"""What a step costs does not depend on how many there were: step 1,000 of each element at most 1.5 times step 10.

Counted in calls of functions and in characters written, never in time, so that every machine says the same.
"""

import sys
from types import FrameType
from typing import Any

import pytest

from server.bpmn.definition import AdHoc, Element, ImplicitThrow, Kind, Loop, Process
from server.engine import facts
from server.engine.construction import construct
from server.engine.elements import LOOPS, STEPS
from server.engine.execution import Execution, Setting
from tests.engine.arrivals import Counting
from tests.engine.models import (
    boundary,
    cancel,
    catch,
    compensation,
    conditional,
    end,
    error,
    escalation,
    event_sub,
    fork,
    level,
    link,
    message,
    node,
    process,
    python,
    race,
    script,
    signal,
    some,
    start,
    sub,
    terminate,
    throw,
    timer,
    transaction,
    undone,
    user,
    xor,
)
from tests.engine.plays import NOW
from tests.engine.random_models import activity

Parts = list["Element | str"]
EARLY, LATE = 10, 1000

# Each block begins at `a` and ends at `z`; between two passes a person does the user task `again`.
BLOCKS: dict[str, Parts] = {
    "task": [node("a"), node("z"), "a > z"],
    "manual task": [activity("a", "manual"), node("z"), "a > z"],
    "user task": [activity("a", "user"), node("z"), "a > z"],
    "service task": [activity("a", "service"), script("z", "n = 0"), "a > z"],
    "connector": [activity("a", "connector"), activity("z", "carried"), "a > z"],
    "external task": [activity("a", "external"), node("z"), "a > z"],
    "business rule task": [activity("a", "decision"), script("z", "n = 0"), "a > z"],
    "call activity": [activity("a", "call"), node("z"), "a > z"],
    "send and receive": [
        fork("a"),
        activity("r", "receive"),
        activity("t", "send"),
        fork("z"),
        "a > r > z",
        "a > t > z",
    ],
    "script": [script("a", "n = n + 1"), node("z"), "a > z"],
    "exclusive gateway": [xor("a"), node("b"), xor("z"), "a > b: n > 3", "a > z: default", "b > z"],
    "parallel block": [fork("a"), node("b"), node("c"), fork("z"), "a > b > z", "a > c > z"],
    "inclusive block": [some("a"), node("b"), node("c"), some("z"), "a > b: True", "a > c: default", "b > z", "c > z"],
    "thrown signal": [throw("a", signal("s")), throw("z", message("m")), "a > z"],
    "race": [
        fork("a"),
        race("g"),
        catch("x", signal("s")),
        catch("y", timer("duration", "PT1H")),
        throw("t", signal("s")),
        node("z"),
        "a > g > x > z",
        "g > y",
        "a > t",
    ],
    "embedded sub-process": [sub("a", script("w", "own = 1"), variables=("own",)), node("z"), "a > z"],
    "multi-instance": [script("a", "n = 0", loop=Loop("parallel", cardinality=python("3"))), node("z"), "a > z"],
    "sequential multi-instance": [
        script("a", "n = 0", loop=Loop("sequential", cardinality=python("3"))),
        node("z"),
        "a > z",
    ],
    "multi-instance that throws": [
        node("a", loop=Loop("parallel", cardinality=python("3"), throws=(ImplicitThrow("each", (signal("s"),)),))),
        node("z"),
        "a > z",
    ],
    "terminate": [
        sub("a", fork("f"), catch("w", message("never")), end("t", terminate()), "f > w", "f > t"),
        node("z"),
        "a > z",
    ],
    "standard loop": [script("a", "n = 0", loop=Loop("standard", loop_maximum=3)), node("z"), "a > z"],
    "error": [sub("a", end("e", error("E"))), boundary("b", "a", error()), node("z"), "b > z"],
    "boundary timer": [
        sub("a", node("w")),
        boundary("b", "a", timer("duration", "PT1H")),
        node("z"),
        node("late"),
        "a > z",
        "b > late",
    ],
    "event sub-process": [
        sub("a", throw("w", escalation("L")), event_sub("es", start("s", escalation(), interrupting=False), node("x"))),
        node("z"),
        "a > z",
    ],
    "what can be undone": [*undone(script("a", "n = 1"), node("u")), node("z"), "a > z"],
    "a sub-process that can be undone": [sub("a", *undone(node("w"), node("u"))), node("z"), "a > z"],
    "compensation": [*undone(node("a"), node("u")), throw("z", compensation("a")), "a > z"],
    "compensation beside what accumulates": [
        *undone(node("a"), node("u")),
        *undone(node("b"), node("v")),
        throw("z", compensation("a")),
        "a > b > z",
    ],
    "link": [throw("a", link("l")), catch("z", link("l"))],
    "conditional event": [
        fork("a"),
        catch("c", conditional("n > 0")),
        script("s", "n = 1"),
        script("t", "n = 0"),
        fork("z"),
        "a > c > z",
        "a > s > z",
        "z > t",
    ],
    "complex gateway": [
        fork("a"),
        node("b"),
        node("c"),
        node("z", Kind.COMPLEX_GATEWAY, activation=python("activationCount >= 2")),
        "a > b > z",
        "a > c > z",
    ],
    "quantities": [node("a", completion_quantity=2), node("z", start_quantity=2), "a > z"],
    "ad-hoc sub-process": [
        node("a", Kind.AD_HOC_SUB_PROCESS, inner=level("inside", [node("x"), node("y")]), ad_hoc=AdHoc()),
        node("z"),
        "a > z",
    ],
    "transaction": [
        transaction("a", *undone(node("w"), node("u")), end("c", cancel()), "w > c"),
        boundary("b", "a", cancel()),
        node("z"),
        "b > z",
    ],
}


class Work:
    """Counts what is done while it is entered."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> "Work":
        sys.setprofile(self._count)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)

    def _count(self, frame: FrameType, event: str, argument: Any) -> None:
        self.calls += event in ("call", "c_call")


def answered(execution: Execution) -> int:
    """Answer whatever others are asked for, until a person is asked: the number of the user task."""
    for fact in (told := execution.take_facts()):
        if isinstance(fact, facts.ConnectorCalled):
            execution.complete_connector(fact.activity, {}, NOW)
        elif isinstance(fact, facts.ExternalTaskCreated):
            execution.complete_external_task(fact.activity, {}, NOW)
        elif isinstance(fact, facts.CallRequested):
            execution.return_from_call(fact.activity, {}, NOW)
        told += execution.take_facts()
    return next((fact.activity for fact in told if isinstance(fact, facts.UserTaskCreated)), 0)


def complete(execution: Execution, activity: int) -> tuple[int, int]:
    """Completes a user task: how much was written, and the number of the next one."""
    execution.complete_user_task(activity, {}, "grace", NOW)
    activity = answered(execution)
    changes = execution.take_changes()
    return sum(map(len, changes.written.values())) + len(changes.removed), activity


def repeated(block: Parts) -> Process:
    return process(start(), xor("begin"), *block, user("again"), "start > begin > a", "z > again > begin")


def begin(model: Process) -> tuple[Execution, int]:
    execution = Execution.start(construct(model), Setting("instance", "process", world=Counting()), NOW, {"n": 0})
    first = answered(execution)
    execution.take_changes()
    return execution, first


def costs(execution: Execution, activity: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The calls of functions and the characters written, of an early step and of a late one."""
    found = {}
    for step in range(1, LATE + 1):
        if step in (EARLY, LATE):
            with Work() as work:
                written, activity = complete(execution, activity)
            found[step] = work.calls, written
        else:
            _, activity = complete(execution, activity)
    return found[EARLY], found[LATE]


def drawn(model: Process) -> set[str]:
    """The kinds of elements and of loops in a model."""
    elements = list(model.elements())
    return {element.kind for element in elements} | {one.loop.kind for one in elements if one.loop is not None}


def test_every_element_has_a_block_that_is_repeated() -> None:
    assert set().union(*(drawn(repeated(block)) for block in BLOCKS.values())) == {*STEPS, *LOOPS}


@pytest.mark.parametrize("name", BLOCKS)
def test_step_1000_of_an_element_costs_as_much_as_step_10(name: str) -> None:
    (early_calls, early_written), (calls, written) = costs(*begin(repeated(BLOCKS[name])))
    assert calls <= 1.5 * early_calls
    assert written <= 1.5 * early_written


def test_undoing_the_thousandth_costs_as_much_as_undoing_the_tenth() -> None:
    loop = Loop("sequential", cardinality=python(str(LATE + EARLY)))
    parts = undone(node("a", loop=loop), user("again"))
    model = process(start(), *parts, end("e", compensation()), "start > a > e")
    (early_calls, early_written), (calls, written) = costs(*begin(model))
    assert calls <= 1.5 * early_calls
    assert written <= 1.5 * early_written


def test_the_work_that_is_counted_is_the_work_that_is_done() -> None:
    few, many = Work(), Work()
    with few:
        sorted([2, 1])
    with many:
        for _ in range(100):
            sorted([2, 1])
    assert few.calls < 5 < 100 <= many.calls
