"""The random models draw every element: what the engine's tables know and no model held would never be tried there."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from server.bpmn.definition import Element, Kind, Loop, Process
from server.engine.elements import LOOPS, STEPS
from tests.engine.models import start_of
from tests.engine.random_models import BLOCKS, EXAMPLES, Begun, begun

SEED = 3
WOKEN = ("message", "signal", "timer", "conditional")
THROWN = ("message", "signal", "escalation")
# Which kinds of event stand where (BPMN 2.0.2, 10.5.1).
AT: dict[str, tuple[str, ...]] = {
    "startEvent": WOKEN,
    "intermediateCatchEvent": (*WOKEN, "link"),
    "intermediateThrowEvent": ("", *THROWN, "compensation", "link"),
    "endEvent": ("", *THROWN, "error", "cancel", "terminate", "compensation"),
    "interrupting boundaryEvent": (*WOKEN, "error", "escalation", "cancel", "compensation"),
    "non-interrupting boundaryEvent": (*WOKEN, "escalation"),
    "interrupting event sub-process": (*WOKEN, "error", "escalation", "compensation"),
    "non-interrupting event sub-process": (*WOKEN, "escalation"),
}
PLACES = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "event sub-process")
BEHAVIORS = ("each", "first", "condition")  # None, One and Complex; All throws nothing (BPMN 2.0.2, 10.3.8)
FEATURES = {
    *(f"{place} with {which} of several triggers" for place in PLACES for which in ("one", "all")),
    *(f"multi-instance that throws at {when}" for when in BEHAVIORS),
    *("startQuantity", "completionQuantity", "instantiating receiveTask", "a loop in a loop"),
    *("instantiating exclusive gateway", "instantiating parallel gateway", "variables of a sub-process"),
    *("parallel ad-hoc", "sequential ad-hoc", "ad-hoc with a condition", "ad-hoc that waits", "ad-hoc that cancels"),
    *("conditional flow of an activity", "uncontrolled split", "implicit start", "implicit end"),
    *("externalTask", "connector", "compensation of one activity", "compensation that is not awaited"),
}


def traits(process: Process) -> Iterator[str]:
    """What a model holds, in the words of the tables above."""
    flows = {flow.id: flow for flow in process.flows()}
    for element in process.elements():
        yield str(element.kind)
        yield from _events(element)
        yield from _activity(element)
        free = not element.triggered_by_event and not element.for_compensation and not element.triggers
        if free and "Gateway" not in element.kind and "Event" not in element.kind:
            conditions = [flows[key].condition is not None for key in element.outgoing]
            yield from ["conditional flow of an activity"] * any(conditions)
            yield from ["uncontrolled split"] * (len(conditions) > 1)
            yield from ["implicit start"] * (not element.incoming)
            yield from ["implicit end"] * (not conditions)


def _events(element: Element) -> Iterator[str]:
    event, place = element, str(element.kind)
    if element.triggered_by_event:
        event, place = start_of(element), "event sub-process"
    if place not in (*PLACES, "intermediateThrowEvent", "endEvent"):
        return
    ways = "interrupting " if event.interrupting else "non-interrupting "
    where = ways + place if place in ("boundaryEvent", "event sub-process") else place
    for kind in [trigger.kind for trigger in event.triggers] or [""]:
        yield f"{where}: {kind}"
    if len(event.triggers) > 1 and place in PLACES:
        yield f"{place} with {'all' if event.parallel_multiple else 'one'} of several triggers"
    if any(trigger.kind == "compensation" for trigger in event.triggers) and "Throw" in place:
        yield from ["compensation of one activity"] * (event.triggers[0].reference is not None)
        yield from ["compensation that is not awaited"] * (not event.triggers[0].waits)


def _activity(element: Element) -> Iterator[str]:
    loop = element.loop or Loop("")
    yield from [f"loop: {loop.kind}"] * bool(loop.kind)
    yield from (f"multi-instance that throws at {one.when}" for one in loop.throws)
    yield from ["a loop in a loop"] * (bool(loop.kind) and any(each.loop for each in _inside(element)))
    yield from ["variables of a sub-process"] * (element.inner is not None and bool(element.inner.variables))
    yield from ["startQuantity"] * (element.start_quantity > 1)
    yield from ["completionQuantity"] * (element.completion_quantity > 1)
    if element.instantiate:
        kind = "parallel gateway" if element.parallel else "exclusive gateway"
        yield f"instantiating {kind if element.kind is Kind.EVENT_BASED_GATEWAY else element.kind}"
    if element.ad_hoc is not None:
        yield "sequential ad-hoc" if element.ad_hoc.sequential else "parallel ad-hoc"
        yield "ad-hoc that cancels" if element.ad_hoc.cancel_remaining else "ad-hoc that waits"
        yield from ["ad-hoc with a condition"] * (element.ad_hoc.completion is not None)
    yield from ["externalTask"] * (element.external is not None)
    yield from ["connector"] * (element.connector is not None)


def _inside(element: Element) -> Iterator[Element]:
    for each in element.inner.elements.values() if element.inner is not None else ():
        yield each
        yield from _inside(each)


def models(kind: str) -> list[Process]:
    """Always the same ones whose outermost block is of that kind: as many as the other tests draw, at the least."""
    found: list[Process] = []

    @seed(SEED)
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(begun(kind=kind))
    def draw(model: Begun) -> None:
        found.append(model[0])

    draw()
    return found


@cache
def drawn() -> Counter[str]:
    """How often each of these words comes up in the models."""
    found: Counter[str] = Counter()

    for kind in BLOCKS:
        found.update(word for process in models(kind) for word in traits(process))
    return found


EXPECTED = {*map(str, STEPS), *(f"loop: {kind}" for kind in LOOPS), *FEATURES}
EXPECTED |= {f"{where}: {kind}" for where, kinds in AT.items() for kind in kinds}


@pytest.mark.parametrize("word", sorted(EXPECTED))
def test_the_random_models_draw(word: str) -> None:
    assert drawn()[word], f"no random model holds: {word}"


def test_the_places_of_events_are_those_of_the_table() -> None:
    assert {where.rpartition(" ")[2] for where in AT} - {"sub-process"} == {
        kind for kind in map(str, STEPS) if "Event" in kind
    }
