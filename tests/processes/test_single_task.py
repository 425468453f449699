"""Every path of single_task, as docs/applications/single_task.md has them: one thing that somebody is asked to do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.errors import Invalid
from tests.processes.player import NOW, Player, application

TOMORROW = "2026-01-06T12:00:00+00:00"
ASKED: dict[str, Any] = {"what": "Order paper", "addressee": "person", "assignee": "barbara", "remind": True}
IN_A_GROUP: dict[str, Any] = {"what": "Order paper", "addressee": "group", "candidateGroup": "clerks"}


def asked(**more: Any) -> Player:
    return Player.of("single_task", "ada", **{**ASKED, **more})


def test_whoever_is_asked_gets_a_user_task_that_is_called_what_is_to_be_done() -> None:
    created = asked().asked("do_it")
    assert (created.name, created.assignee, created.candidate_groups) == ("Order paper", "barbara", ())
    assert (created.due, created.follow_up, created.priority) == (None, None, 50)


def test_a_group_is_asked_by_its_name() -> None:
    created = Player.of("single_task", "ada", **IN_A_GROUP).asked("do_it")
    assert (created.assignee, created.candidate_groups) == (None, ("clerks",))


def test_a_note_to_oneself_is_ones_own() -> None:
    play = Player.of("single_task", "ada", what="Call home", addressee="me", due=TOMORROW, remind=True)
    assert play.asked("do_it").assignee == "ada"
    assert play.timers() == {}


def test_dates_and_priority_are_those_of_the_request() -> None:
    created = asked(due=TOMORROW, followUp="2026-01-05T18:00:00+00:00", priority=80).asked("do_it")
    assert created.due == datetime(2026, 1, 6, 12, tzinfo=UTC)
    assert created.follow_up == datetime(2026, 1, 5, 18, tzinfo=UTC)
    assert created.priority == 80


def test_somebody_has_to_be_named() -> None:
    with pytest.raises(Invalid, match="Who"):
        Player.of("single_task", "ada", what="Order paper", addressee="person")
    with pytest.raises(Invalid, match="Which group"):
        Player.of("single_task", "ada", what="Order paper", addressee="group")


def test_done_ends_it_and_the_answer_stays() -> None:
    play = asked()
    play.complete("do_it", "barbara", outcome="done", answer="Ten boxes.")
    assert (play.ends, play.completed) == (["answered", "task_done"], True)
    assert play.variables["answer"] == "Ten boxes."


def test_a_program_that_completes_it_without_an_answer_has_done_it() -> None:
    play = asked()
    play.do("complete_user_task", play.at("do_it"), {}, "barbara")
    assert play.ends == ["answered", "task_done"]


def test_what_cannot_be_done_goes_back_to_the_requester_with_the_reason() -> None:
    play = asked()
    with pytest.raises(Invalid, match="Why not"):
        play.complete("do_it", "barbara", outcome="cannot")
    play.complete("do_it", "barbara", outcome="cannot", reason="There is no money.")
    back = play.asked("decide_again")
    assert (play.open, back.name, back.assignee) == (["decide_again"], "Not done: Order paper", "ada")
    assert play.variables["reason"] == "There is no money."


def test_dropped_is_an_end_of_its_own() -> None:
    play = asked()
    play.complete("do_it", "barbara", outcome="cannot", reason="There is no money.")
    play.complete("decide_again", "ada", next="drop")
    assert (play.ends, play.completed) == (["answered", "task_dropped"], True)


def test_somebody_else_is_asked_with_what_was_asked_before() -> None:
    play = asked(more="A4, white")
    play.complete("do_it", "barbara", outcome="cannot", reason="I am away.")
    play.complete("decide_again", "ada", next="again", **IN_A_GROUP)
    created = play.asked("do_it")
    assert (created.assignee, created.candidate_groups) == (None, ("clerks",))
    assert (play.variables["more"], play.variables["outcome"], play.variables["reason"]) == ("A4, white", "done", "")
    play.complete("do_it", "edsger", outcome="done")
    assert play.ends[-1] == "task_done"


def test_the_requester_is_asked_when_it_is_overdue_and_the_work_stays_where_it_is() -> None:
    play = asked(due=TOMORROW)
    play.wait(hours=23)
    assert play.open == ["do_it"]
    play.wait(hours=1)
    assert play.open == ["do_it", "look_after_it"]
    late = play.asked("look_after_it")
    assert (late.name, late.assignee) == ("Overdue: Order paper", "ada")


def test_whoever_has_it_may_be_left_with_it() -> None:
    play = asked(due=TOMORROW)
    play.wait(days=1)
    play.complete("look_after_it", "ada", waiting="wait")
    assert (play.open, play.ends) == (["do_it"], ["left_with_them"])
    play.complete("do_it", "barbara", outcome="done")
    assert play.ends[-1] == "task_done"


def test_what_is_taken_back_is_nobodys_until_the_requester_asks_again() -> None:
    play = asked(due=TOMORROW)
    play.wait(days=1)
    play.complete("look_after_it", "ada", waiting="take_back")
    assert (play.open, "do_it" in play.cancelled) == (["decide_again"], True)
    play.complete("decide_again", "ada", next="again", **ASKED, due="2026-01-09T12:00:00+00:00")
    assert (play.open, play.asked("do_it").assignee) == (["do_it"], "barbara")
    assert list(play.timers().values()) == [datetime(2026, 1, 9, 12, tzinfo=UTC)]


def test_nobody_is_reminded_of_what_is_done() -> None:
    play = asked(due=TOMORROW)
    play.complete("do_it", "barbara", outcome="done")
    assert (play.timers(), play.completed) == ({}, True)


def test_an_answer_that_comes_late_takes_the_question_away() -> None:
    play = asked(due=TOMORROW)
    play.wait(days=1)
    play.complete("do_it", "barbara", outcome="done")
    assert ("look_after_it" in play.cancelled, play.completed) == (True, True)


def test_whoever_does_not_want_to_be_asked_is_not_asked() -> None:
    play = asked(due=TOMORROW, remind=False)
    assert play.timers() == {}
    play.wait(days=3)
    assert play.open == ["do_it"]


def test_a_program_needs_to_give_no_more_than_what_is_to_be_done() -> None:
    play = Player(application("single_task"), {"what": "Order paper"}, person="robot", moment=NOW)
    created = play.asked("do_it")
    assert (play.incidents, created.name, created.assignee) == ([], "Order paper", None)


def test_where_nobody_is_named_whoever_asks_may_take_it() -> None:
    play = Player(application("single_task"), {"what": "Order paper"}, person="robot", moment=NOW)
    assert play.asked("do_it").candidate_users == ("robot",)
    assert asked().asked("do_it").candidate_users == ()
