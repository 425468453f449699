"""The engine and a second, naive reading of the standard agree about every step of random models of all elements."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import facts
from tests.engine.arrivals import arrivals, begin, come
from tests.engine.plays import NOW, Play
from tests.engine.random_models import BLOCKS, EXAMPLES, begun
from tests.engine.reference import Reference

MANY = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def compare(play: Play, reference: Reference) -> None:
    assert play.finished == reference.completed
    assert sorted(play.cancelled) == sorted(reference.cancelled)
    thrown = [fact.element for fact in play.facts if isinstance(fact, facts.MessageThrown | facts.SignalThrown)]
    assert thrown == reference.thrown
    assert [(one.kind, one.element) for one in arrivals(play)] == [one[:2] for one in reference.can_come()]
    assert play.completed == reference.ended
    assert play.variables["n"] == reference.n


@pytest.mark.parametrize("kind", BLOCKS)
@MANY
@given(st.data())
def test_the_engine_does_what_the_standard_says(kind: str, data: st.DataObject) -> None:
    process, start = data.draw(begun(kind=kind))
    n = data.draw(st.integers(0, 9))
    play, reference = begin(process, n, start), Reference(process, n, NOW, start)
    compare(play, reference)
    for _ in range(25):
        open_now = arrivals(play)
        if not open_now:
            break
        chosen = data.draw(st.sampled_from(open_now))
        same = [one for one in open_now if (one.kind, one.element) == (chosen.kind, chosen.element)]
        n = data.draw(st.integers(0, 9))
        come(play, chosen, n)
        reference.come(chosen.kind, chosen.element, same.index(chosen), play.moment, n)
        compare(play, reference)
