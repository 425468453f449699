"""Elements that none of the six applications uses, each in a model of its own."""

from pathlib import Path
from typing import Any

import pytest

from server.engine import facts
from tests.processes.player import Player, read

MODELS = Path(__file__).parent / "elements"


def play_model(key: str, **variables: Any) -> Player:
    return Player(read(MODELS / f"{key}.bpmn"), variables, person="ada")


def test_a_standard_loop_goes_on_while_its_condition_holds() -> None:
    play = play_model("standard_loop", answer="")
    play.complete("ask_again", "ada", answer="more")
    assert play.open == ["ask_again"]
    play.complete("ask_again", "ada", answer="enough")
    assert play.completed
    assert play.ends == ["asked"]


def test_a_standard_loop_ends_at_its_maximum() -> None:
    play = play_model("standard_loop", answer="")
    for _ in range(3):
        assert play.waiting
        play.complete("ask_again", "ada", answer="more")
    assert play.completed
    assert len(play.all(facts.UserTaskCreated)) == 3


def test_an_abstract_task_is_passed_at_once() -> None:
    play = play_model("abstract_task")
    assert play.passed == ["begin", "think"]
    play.complete("write_down", "ada")
    assert play.completed


@pytest.mark.parametrize(("kind", "word"), [("message", "parcel"), ("signal", "bell")])
def test_what_is_thrown_reaches_who_waits_in_the_same_instance(kind: str, word: str) -> None:
    play = play_model(f"{kind}_events")
    play.complete("go_to_the_door", "ada")
    play.complete("pack", "ada", grams=500)
    assert play.completed
    assert sorted(play.ends) == ["received", "sent"]
    assert play.variables["weight"] == 0.5


def test_a_message_that_nobody_here_waits_for_leaves_the_instance() -> None:
    play = play_model("message_events")
    play.complete("pack", "ada", grams=500)
    assert [(f.name, f.payload) for f in play.all(facts.MessageThrown)] == [("parcel", {"weight": 0.5})]
    assert play.ends == ["sent"]
    play.complete("go_to_the_door", "ada")
    assert play.waiting
    play.message("parcel", weight=3)
    assert play.completed
    assert play.variables["weight"] == 3


def test_a_message_that_reaches_somebody_here_does_not_leave() -> None:
    play = play_model("message_events")
    play.complete("go_to_the_door", "ada")
    play.complete("pack", "ada", grams=500)
    assert play.all(facts.MessageThrown) == []


def test_a_signal_always_leaves_and_does_not_wait_for_listeners() -> None:
    play = play_model("signal_events")
    play.complete("pack", "ada", grams=500)
    assert [fact.name for fact in play.all(facts.SignalThrown)] == ["bell"]
    play.complete("go_to_the_door", "ada")
    assert play.waiting
    play.signal("bell")
    assert play.completed


def test_a_signal_can_start_work_beside_what_it_does_not_interrupt() -> None:
    play = play_model("signal_boundary")
    play.signal("bell")
    play.signal("bell")
    assert play.open == ["work", "look_up", "look_up"]
    play.complete("work", "ada")
    assert play.waiting
    play.complete("look_up", "ada")
    play.complete("look_up", "ada")
    assert play.completed
    assert play.ends == ["worked", "looked_up", "looked_up"]


def test_an_escalation_can_interrupt_the_sub_process_that_threw_it() -> None:
    play = play_model("escalation_boundary")
    play.complete("give_up", "ada")
    assert play.open == ["call_the_boss"]
    assert "talk" in play.cancelled
    assert "negotiate" in play.cancelled
    assert "go_home" not in play.passed
    play.complete("call_the_boss", "ada")
    assert play.completed
    assert play.ends == ["decided"]
