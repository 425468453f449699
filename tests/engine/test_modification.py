"""What an operator does to a running instance."""

import pytest

from server.bpmn.definition import Loop
from server.engine import facts
from server.errors import Conflict, Invalid
from tests.engine.models import boundary, end, fork, message, node, process, python, start, sub, timer, user
from tests.engine.plays import NOW, Play


def test_an_instance_that_is_terminated_takes_everything_back() -> None:
    play = Play(
        process(
            start(),
            fork("f"),
            sub("s", user("a")),
            user("b"),
            boundary("t", "b", timer("duration", "PT1H")),
            "start > f > s",
            "f > b",
            "t > x",
            node("x"),
        )
    )
    play.do("terminate", "withdrawn", NOW)
    assert play.completed
    assert sorted(play.cancelled) == ["a", "b", "s"]
    assert play.timers() == {}
    assert play.facts[-1] == facts.InstanceTerminated("withdrawn")


def test_a_token_is_moved_by_starting_the_new_element_and_cancelling_the_old() -> None:
    play = Play(process(start(), user("a"), user("b"), "start > a > b"))
    play.do("start_before", "b", NOW)
    play.do("cancel_activity", play.at("a"), NOW)
    assert play.open == ["b"]
    play.complete("b")
    assert play.completed


def test_the_last_token_that_is_cancelled_takes_what_is_around_it_along() -> None:
    play = Play(process(start(), sub("s", sub("t", user("a"))), user("z"), "start > s > z"))
    play.do("cancel_activity", play.at("a"), NOW)
    assert play.cancelled == ["a", "t", "s"]
    assert "last activity" in play.last(facts.InstanceTerminated).reason


def test_one_body_of_a_multi_instance_can_be_cancelled() -> None:
    loop = Loop("parallel", cardinality=python("3"))
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    play.do("cancel_activity", play.at("u", 1), NOW)
    play.complete("u", 1)
    play.do("cancel_activity", play.at("u", 1), NOW)
    assert play.completed
    assert play.facts[-1] == facts.InstanceCompleted()


def test_a_token_is_moved_inside_a_sub_process_that_is_running() -> None:
    play = Play(process(start(), sub("s", sub("t", user("a"), user("b"), "a > b")), user("z"), "start > s > z"))
    play.do("start_before", "b", NOW)
    play.do("cancel_activity", play.at("a"), NOW)
    assert play.open == ["s", "t", "b"]
    play.complete("b")
    assert play.open == ["z"]


def test_a_token_cannot_be_started_at_a_boundary_event_or_where_no_sub_process_is_running() -> None:
    play = Play(
        process(
            start(),
            user("u"),
            sub("s", user("a"), user("c"), boundary("d", "c", message("m"))),
            boundary("b", "s", message("m")),
            "start > u > s",
            "b > x",
            node("x"),
        )
    )
    for key, words in (
        ("a", "which is not running: begin before that"),
        ("b", "boundary event"),
        ("d", "boundary event"),
        ("nowhere", "no element 'nowhere'"),
    ):
        with pytest.raises(Invalid, match=words):
            play.straight.start_before(key, NOW)
    assert play.straight.take_facts() == []


def test_a_token_cannot_be_started_in_one_of_several_sub_processes_at_once() -> None:
    loop = Loop("parallel", cardinality=python("2"))
    play = Play(process(start(), sub("s", user("a"), user("b"), "a > b", loop=loop), "start > s"))
    with pytest.raises(Invalid, match="runs 2 times just now"):
        play.straight.start_before("b", NOW)
    play.do("cancel_activity", play.at("a", 1), NOW)
    play.do("start_before", "b", NOW)
    assert play.open[-2:] == ["a", "b"]


def test_a_token_that_is_started_at_a_join_passes_it() -> None:
    play = Play(
        process(start(), fork("f"), user("a"), user("b"), fork("j"), user("z"), "start > f > a > j > z", "f > b > j")
    )
    play.do("start_before", "j", NOW)
    assert play.open == ["a", "b", "z"]


def test_what_is_not_live_cannot_be_cancelled() -> None:
    play = Play(process(start(), user("a"), "start > a"))
    with pytest.raises(Conflict, match="not running any more"):
        play.straight.cancel_activity(77, NOW)
    with pytest.raises(Conflict, match="no variable 'x'"):
        play.straight.remove_variable("x", NOW)


def test_the_live_activities_say_how_they_stand() -> None:
    play = Play(
        process(
            start(),
            fork("f"),
            user("a"),
            user("b", asynchronous_before=True),
            node("c", script=None),
            fork("j"),
            user("z"),
            "start > f > a > j > z",
            "f > b",
            "f > c > j",
            "f > d: default",
            user("d", name="${x}"),
        )
    )
    states = {live.element: live.state for live in play.straight.waiting()}
    assert states == {"a": "waiting", "b": "paused", "j": "joining", "d": "failed"}
