"""The engine and a second, naive reading of the standard agree about every step of random models."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.bpmn.definition import Process
from server.engine import facts
from tests.engine.plays import NOW, Play
from tests.engine.random_models import structured
from tests.engine.reference import Reference

MANY = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def waiting(play: Play) -> list[tuple[str, str, int]]:
    """What can come to the engine: kind, element, the number of the token; the oldest first."""
    live = {each.activity for each in play.straight.waiting() if each.state == "waiting"}
    found = [("task", fact.element, fact.activity) for fact in play.all(facts.UserTaskCreated) if fact.activity in live]
    ears: dict[int, tuple[str, str, int]] = {}
    for fact in play.facts:
        if isinstance(fact, facts.SubscriptionOpened):
            ears[fact.activity] = (fact.kind, fact.element, fact.activity)
        elif isinstance(fact, facts.TimerSet):
            ears[fact.activity] = ("timer", fact.element, fact.activity)
        elif isinstance(fact, facts.SubscriptionClosed | facts.TimerCleared):
            del ears[fact.activity]
    return sorted([*found, *ears.values()])


def come(play: Play, kind: str, activity: int, n: int) -> None:
    if kind == "task":
        play.do("complete_user_task", activity, {"n": n}, "grace", play.moment)
    elif kind == "timer":
        play.moment = max(play.moment, play.timers()[activity, 0])
        play.do("fire_timer", activity, 0, play.moment)
    else:
        play.do(f"deliver_{kind}", activity, 0, {}, play.moment)


def compare(play: Play, reference: Reference) -> None:
    assert play.finished == reference.completed
    assert sorted(play.cancelled) == sorted(reference.cancelled)
    assert [(kind, element) for kind, element, _ in waiting(play)] == reference.waiting()
    assert play.completed == reference.ended
    assert play.variables["n"] == reference.n


@MANY
@given(structured(everything=False), st.data())
def test_the_engine_does_what_the_standard_says(process: Process, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 9))
    play, reference = Play(process, {"n": n, "log": []}), Reference(process, n, NOW)
    compare(play, reference)
    for _ in range(25):
        open_now = waiting(play)
        if not open_now:
            break
        kind, element, activity = data.draw(st.sampled_from(open_now))
        index = [number for which, key, number in open_now if (which, key) == (kind, element)].index(activity)
        n = data.draw(st.integers(0, 9))
        come(play, kind, activity, n)
        reference.come(kind, element, index, play.moment, n)
        compare(play, reference)
