"""The engine and a second, naive reading of the standard agree about every step of random models of all elements."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.bpmn.definition import Kind
from server.engine import facts
from tests.engine import models as make
from tests.engine import reference as second_reading
from tests.engine.arrivals import arrivals, begin, come
from tests.engine.plays import NOW, Play
from tests.engine.random_models import BLOCKS, EXAMPLES, SCRIPT, begun
from tests.engine.reference import Reference

MANY = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def compare(play: Play, reference: Reference) -> None:
    assert play.finished == reference.completed
    assert sorted(play.cancelled) == sorted(reference.cancelled)
    thrown = [fact.element for fact in play.facts if isinstance(fact, facts.MessageThrown | facts.SignalThrown)]
    assert thrown == reference.thrown
    assert [(one.kind, one.element) for one in arrivals(play)] == [one[:2] for one in reference.can_come()]
    assert play.completed == (not reference.live)
    assert play.variables["n"] == reference.n


@pytest.mark.parametrize("kind", BLOCKS)
@MANY
@given(st.data())
def test_the_engine_does_what_the_standard_says(kind: str, data: st.DataObject) -> None:
    process, start = data.draw(begun(kind=kind))
    n = data.draw(st.integers(0, 9))
    play, reference = begin(process, n, start), Reference(process, n, NOW, *(start or ()))
    compare(play, reference)
    for _ in range(25):
        open_now = arrivals(play)
        if not open_now:
            break
        chosen = data.draw(st.sampled_from(open_now))
        n = data.draw(st.integers(0, 9))
        come(play, chosen, n)
        reference.come(open_now.index(chosen), play.moment, n)
        compare(play, reference)


@pytest.mark.parametrize("order", [*permutations("abc")], ids="".join)
def test_a_complex_gateway_that_starts_anew_after_its_reset_does_so_in_its_turn(order: tuple[str, ...]) -> None:
    twice = [replace(make.user(key), completion_quantity=2) for key in "abc"]
    gateway = make.node("z", Kind.COMPLEX_GATEWAY, activation=make.python("activationCount >= 2"))
    ways = ["start > f", *(f"f > {key} > z" for key in "abc"), "z > once", "z > r: True", "r > s", "z > t: True"]
    tasks = [make.node("once"), make.script("r", SCRIPT), make.script("s", SCRIPT), make.node("t")]
    process = make.process(make.start(), make.fork("f"), *twice, gateway, *tasks, *ways)
    play, reference = begin(process, 1), Reference(process, 1, NOW)
    for key in order:
        at = [one.element for one in arrivals(play)].index(key)
        come(play, arrivals(play)[at], 2)
        reference.come(at, play.moment, 2)
        compare(play, reference)
    assert play.finished.count("once") == 2


def test_the_second_reading_is_small_and_takes_nothing_from_the_engine() -> None:
    lines = Path(second_reading.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) < 400
    assert not [line for line in lines if line.startswith(("from server.engine", "import server.engine"))]
