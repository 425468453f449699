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
from tests.engine.plays import NOW, Play
from tests.engine.random_models import structured, unstructured

UNBIDDEN = (Kind.BOUNDARY_EVENT, Kind.COMPLEX_GATEWAY)  # visited without a flow as well
ROUGH = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def drive(play: Play, data: st.DataObject, most: int) -> None:
    """Complete, deliver and let time pass, whatever is possible, in an order that hypothesis chooses."""
    for _ in range(most):
        if play.completed:
            return
        created = {fact.activity for fact in play.all(facts.UserTaskCreated)}
        live = [live.activity for live in play.straight.waiting() if live.state == "waiting"]
        choices: list[tuple[str, int, int]] = [("task", activity, 0) for activity in live if activity in created]
        closed = {(fact.activity, fact.number) for fact in play.all(facts.SubscriptionClosed)}
        opened = [(fact.activity, fact.number, fact.kind) for fact in play.all(facts.SubscriptionOpened)]
        choices += [(kind, activity, number) for activity, number, kind in opened if (activity, number) not in closed]
        choices += [("timer", activity, number) for activity, number in play.timers()]
        if not choices:
            return
        kind, activity, number = data.draw(st.sampled_from(choices))
        if kind == "task":
            play.do("complete_user_task", activity, {"n": data.draw(st.integers(0, 9))}, "grace", play.moment)
        elif kind == "timer":
            play.moment = max(play.moment, play.timers()[activity, number])
            play.do("fire_timer", activity, number, play.moment)
        else:
            play.do(f"deliver_{kind}", activity, number, {}, play.moment)


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
    arrivals = Counter(fact.target for fact in play.all(facts.FlowTaken))
    visits = Counter(started.values())
    entered_again = Counter(fact.element for fact in play.all(facts.ActivityCompensated))
    for element in process.elements():
        if element.incoming and element.loop is None and element.kind not in UNBIDDEN:
            assert 0 <= visits[element.id] - arrivals[element.id] <= entered_again[element.id], element.id
    if play.completed:
        assert not live
        assert not play.timers()
        assert len(play.all(facts.SubscriptionOpened)) == len(play.all(facts.SubscriptionClosed))


@ROUGH
@given(structured(), st.data())
def test_structured_models_run_to_their_end_saved_or_not(process: Process, data: st.DataObject) -> None:
    play = Play(process, {"n": data.draw(st.integers(0, 9)), "log": []})
    drive(play, data, 200)
    assert play.completed, play.straight.waiting()
    assert not play.all(facts.IncidentRaised)
    audit(process, play)


@ROUGH
@given(unstructured(), st.data())
def test_any_graph_keeps_its_tokens_saved_or_not(process: Process, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "STEPS", 200)
        play = Play(process, {"n": data.draw(st.integers(0, 9))})
        drive(play, data, 12)
        audit(process, play)


@ROUGH
@given(st.one_of(structured(), unstructured()), st.integers(0, 9))
def test_an_instance_that_is_saved_and_restored_after_every_single_step_takes_the_same_steps(
    process: Process, n: int
) -> None:
    program, setting = construct(process), Setting("instance", "process")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Instance, "run", lambda self: None)
        straight = Execution.start(program, setting, NOW, {"n": n, "log": []})
        saved, parts = Execution.start(program, setting, NOW, {"n": n, "log": []}), {}
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
