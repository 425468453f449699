"""Properties that hold for every model: no token is lost or doubled, and saving at any time changes nothing."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.bpmn.definition import Kind, Process
from server.engine import facts, instance
from server.engine.construction import construct
from server.engine.execution import Execution, Setting
from server.engine.instance import Instance
from tests.engine.arrivals import Counting, arrivals, begin, come
from tests.engine.plays import NOW, Play
from tests.engine.random_models import BLOCKS, EXAMPLES, Begun, begun, unstructured

UNBIDDEN = (Kind.BOUNDARY_EVENT, Kind.COMPLEX_GATEWAY)  # visited without a flow as well
ROUGH = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def drive(play: Play, data: st.DataObject, most: int) -> None:
    """Complete, deliver and let time pass, whatever is possible, in an order that hypothesis chooses."""
    for _ in range(most):
        if play.completed:
            return
        open_now = arrivals(play)
        if not open_now:
            return
        come(play, data.draw(st.sampled_from(open_now)), data.draw(st.integers(0, 9)))


def waits_for_condition(process: Process) -> bool:
    """Nobody can promise that a condition ever becomes true."""
    return any(trigger.kind == "conditional" for element in process.elements() for trigger in element.triggers)


def audit(process: Process, play: Play) -> None:
    """Every visit has a cause and ends once; nothing is left open when the instance has ended."""
    started = {fact.activity: fact.element for fact in play.all(facts.ActivityStarted)}
    assert len(started) == len(play.all(facts.ActivityStarted))
    ended = [fact.activity for fact in play.all(facts.ActivityCompleted)]
    ended += [fact.activity for fact in play.all(facts.ActivityCancelled)]
    assert len(ended) == len(set(ended))
    live = {live.activity for live in play.straight.waiting()}
    assert set(ended) | live == set(started)
    assert not set(ended) & live
    come_by_flow = Counter(fact.target for fact in play.all(facts.FlowTaken))
    visits = Counter(started.values())
    entered_again = Counter(fact.element for fact in play.all(facts.ActivityCompensated))
    for element in process.elements():
        if element.incoming and element.loop is None and element.kind not in UNBIDDEN:
            assert 0 <= visits[element.id] - come_by_flow[element.id] <= entered_again[element.id], element.id
    if play.completed:
        assert not live
        assert not play.timers()
        assert len(play.all(facts.SubscriptionOpened)) == len(play.all(facts.SubscriptionClosed))


@pytest.mark.parametrize("kind", BLOCKS)
@ROUGH
@given(st.data())
def test_structured_models_run_to_their_end_saved_or_not(kind: str, data: st.DataObject) -> None:
    process, start = data.draw(begun(kind=kind))
    play = begin(process, data.draw(st.integers(0, 9)), start)
    drive(play, data, 200)
    assert play.completed or arrivals(play) or waits_for_condition(process), play.straight.waiting()
    assert not play.all(facts.IncidentRaised)
    audit(process, play)


@ROUGH
@given(unstructured(), st.data())
def test_any_graph_keeps_its_tokens_saved_or_not(process: Process, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "STEPS", 200)
        play = begin(process, data.draw(st.integers(0, 9)))
        drive(play, data, 12)
        audit(process, play)


@ROUGH
@given(st.one_of(begun(), st.tuples(unstructured(), st.none())), st.integers(0, 9))
def test_an_instance_that_is_saved_and_restored_after_every_single_step_takes_the_same_steps(
    model: Begun, n: int
) -> None:
    process, (key, number) = model[0], model[1] or (None, 0)
    program, setting = construct(process), Setting("instance", "process", world=Counting())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Instance, "run", lambda self: None)
        straight = Execution.start(program, setting, NOW, {"n": n, "log": []}, key, {}, number)
        saved = Execution.start(program, setting, NOW, {"n": n, "log": []}, key, {}, number)
        parts: dict[str, str] = {}
        told, told_saved = straight.take_facts(), saved.take_facts()
        for _ in range(150):
            if straight.completed:
                break
            changes = saved.take_changes()
            parts.update(changes.written)
            parts = {key: text for key, text in parts.items() if key not in changes.removed}
            saved = Execution.restore(program, setting, parts)
            saved._instance.moment = straight._instance.moment
            more, _ = straight._instance.step(), saved._instance.step()
            told += straight.take_facts()
            told_saved += saved.take_facts()
            if not more:
                break
    assert told == told_saved
