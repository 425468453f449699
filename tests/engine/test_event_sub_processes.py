"""Event sub-processes: who is heard by whom, what is interrupted, and how long a level listens."""

import pytest

from server.bpmn.definition import Loop, Trigger
from server.engine import facts
from server.errors import Invalid
from tests.engine.models import (
    boundary,
    catch,
    end,
    error,
    escalation,
    event_sub,
    fork,
    juel,
    message,
    process,
    python,
    script,
    signal,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
)
from tests.engine.plays import Play


def test_an_interrupting_one_ends_everything_else_in_its_level() -> None:
    helped = event_sub("helped", start("h", message("help")), user("rescue"), "h > rescue")
    play = Play(process(start(), user("a"), user("b"), fork("f"), helped, "start > f > a", "f > b"))
    play.message("help", who="bob")
    assert play.open == ["helped", "rescue"]
    assert play.cancelled == ["a", "b"]
    assert play.variables == {"who": "bob"}
    play.complete("rescue")
    assert play.completed
    assert play.finished == ["start", "f", "h", "rescue", "helped"]


def test_one_that_does_not_interrupt_begins_as_often_as_its_trigger_comes() -> None:
    helped = event_sub("helped", start("h", signal("help"), interrupting=False), user("rescue"), "h > rescue")
    play = Play(process(start(), user("a"), helped, "start > a"))
    play.signal("help")
    play.signal("help")
    assert play.open == ["a", "helped", "rescue", "helped", "rescue"]
    play.complete("a")
    assert not play.completed
    play.complete("rescue")
    play.complete("rescue")
    assert play.completed


def test_a_level_stops_listening_when_it_ends() -> None:
    late = event_sub("late", start("l", timer("duration", "PT1H"), interrupting=False), user("remind"), "l > remind")
    play = Play(process(start(), sub("s", user("a"), late), user("b"), "start > s > b"))
    assert len(play.timers()) == 1
    play.complete("a")
    assert play.timers() == {}
    assert play.open == ["b"]


def test_a_cycle_begins_one_after_the_other() -> None:
    again = event_sub(
        "again", start("l", timer("cycle", "R3/PT10M"), interrupting=False), script("x", "n = n + 1"), "l > x"
    )
    play = Play(process(start(), user("a"), again, "start > a"), {"n": 0})
    play.wait(minutes=25)
    assert play.variables == {"n": 2}
    play.wait(hours=5)
    assert play.variables == {"n": 3}
    assert play.timers() == {}
    play.complete("a")
    assert play.completed


def test_an_error_is_caught_in_the_level_before_its_border() -> None:
    inner = event_sub("saved", start("i", error("E", code_variable="code")), user("mend"), "i > mend")
    play = Play(
        process(
            start(),
            sub("s", fork("f"), user("w"), user("a"), end("bad", error("E")), inner, "f > w", "f > a > bad"),
            boundary("b", "s", error()),
            user("after"),
            "start > s > after",
        )
    )
    play.complete("a")
    assert play.open == ["s", "saved", "mend"]
    assert play.variables == {"code": "E"}
    assert [caught.catcher for caught in play.all(facts.ErrorCaught)] == ["i"]
    play.complete("mend")
    assert play.open == ["after"]


def test_an_error_thrown_in_an_event_sub_process_goes_further_outward() -> None:
    again = event_sub("saved", start("i", error()), end("worse", error("F")), "i > worse")
    body = sub("s", end("bad", error("E")), again)
    play = Play(process(start(), body, boundary("b", "s", error()), user("after"), "start > s", "b > after"))
    assert [caught.code for caught in play.all(facts.ErrorCaught)] == ["E", "F"]
    assert play.open == ["after"]


def test_a_called_instance_catches_its_own_errors_and_ends_by_those_that_it_does_not() -> None:
    saved = event_sub("saved", start("i", error("E")), user("mend"), "i > mend")
    caught = Play(process(start(), end("bad", error("E")), saved, "start > bad"), called=True)
    assert caught.open == ["saved", "mend"]
    lost = Play(process(start(), end("bad", error("F")), saved, "start > bad"), called=True)
    assert lost.last(facts.InstanceTerminated).error_code == "F"


def test_a_token_cannot_be_put_where_only_an_event_begins() -> None:
    helped = event_sub("helped", start("h", message("help")), user("rescue"), "h > rescue")
    play = Play(process(start(), user("a"), sub("s", user("b"), helped), "start > a", "start > s"))
    with pytest.raises(Invalid, match="only an event or a compensation begins it"):
        play.straight.start_before("helped", play.moment)


def test_an_escalation_inside_one_that_does_not_interrupt_is_not_heard_by_itself() -> None:
    louder = event_sub("louder", start("i", escalation(), interrupting=False), throw("t", escalation("L")), "i > t")
    play = Play(process(start(), throw("x", escalation("L")), user("a"), louder, "start > x > a"))
    assert len(play.all(facts.EscalationCaught)) == 1
    assert len(play.all(facts.EscalationUncaught)) == 1
    assert play.open == ["a"]


def test_an_escalation_goes_on_beside_what_it_has_started() -> None:
    told = event_sub("told", start("i", escalation("L"), interrupting=False), user("boss"), "i > boss")
    play = Play(process(start(), throw("x", escalation("L")), user("a"), told, "start > x > a"))
    assert play.open == ["told", "a", "boss"]


def test_an_interrupting_escalation_takes_its_thrower_away() -> None:
    told = event_sub("told", start("i", escalation("L")), user("boss"), "i > boss")
    play = Play(process(start(), throw("x", escalation("L")), user("a"), told, "start > x > a"))
    assert play.open == ["told", "boss"]
    assert play.cancelled == ["x"]


def test_they_nest_in_each_other() -> None:
    deep = event_sub("deep", start("d", message("deep")), user("z"), "d > z")
    outer = event_sub("outer", start("o", message("outer")), user("y"), deep, "o > y")
    play = Play(process(start(), user("a"), outer, "start > a"))
    play.message("outer")
    assert play.open == ["outer", "y"]
    play.message("deep")
    assert play.open == ["outer", "deep", "z"]
    play.complete("z")
    assert play.completed


def test_one_of_several_interrupting_ones_silences_the_others() -> None:
    first = event_sub("first", start("f", message("first")), user("y"), "f > y")
    second = event_sub("second", start("s", message("second")), user("z"), "s > z")
    play = Play(process(start(), user("a"), first, second, "start > a"))
    play.message("first")
    assert len(play.all(facts.SubscriptionClosed)) == 2
    assert play.open == ["first", "y"]


def test_a_terminate_end_inside_ends_the_event_sub_process_alone() -> None:
    helped = event_sub(
        "helped", start("h", signal("x"), interrupting=False), user("r"), end("t", terminate()), "h > r > t"
    )
    play = Play(process(start(), user("a"), helped, "start > a"))
    play.signal("x")
    play.complete("r")
    assert play.open == ["a"]


def test_a_body_of_a_loop_listens_for_itself() -> None:
    late = event_sub("late", start("l", timer("duration", "PT1H")), script("x", "log.append(loopCounter)"), "l > x")
    many = sub("s", user("a"), late, loop=Loop("parallel", cardinality=python("2")))
    play = Play(process(start(), many, "start > s"), {"log": []})
    play.complete("a")
    play.wait(hours=2)
    assert play.completed
    assert play.variables == {"log": [1]}


def test_its_data_objects_are_its_own() -> None:
    own = event_sub(
        "own",
        start("o", signal("x"), interrupting=False),
        script("w", "x = 1"),
        user("u"),
        "o > w > u",
        variables=("x",),
    )
    play = Play(process(start(), user("a"), own, "start > a"))
    play.signal("x")
    assert play.variables == {}


def test_a_level_that_cannot_listen_stops_with_an_incident_and_can_be_tried_again() -> None:

    late = event_sub(
        "late", start("l", Trigger("timer", timer_form="duration", timer=juel("${time}"))), user("r"), "l > r"
    )
    other = event_sub("other", start("o", message("m")), user("q"), "o > q")
    play = Play(process(start(), sub("s", user("a"), other, late), "start > s"))
    assert [incident.element for incident in play.all(facts.IncidentRaised)] == ["s"]
    assert len(play.all(facts.SubscriptionOpened)) == len(play.all(facts.SubscriptionClosed)) == 1
    play.do("set_variable", "time", "PT1H", play.moment)
    play.retry("s")
    assert play.open == ["s", "a"]
    assert len(play.timers()) == 1


def test_a_process_that_cannot_listen_is_not_started() -> None:

    late = event_sub(
        "late", start("l", Trigger("timer", timer_form="duration", timer=juel("${time}"))), user("r"), "l > r"
    )
    with pytest.raises(Invalid, match="cannot listen"):
        Play(process(start(), user("a"), late, "start > a"))


def test_a_waiting_event_in_the_level_is_interrupted_like_everything_else() -> None:
    helped = event_sub("helped", start("h", message("help")), user("rescue"), "h > rescue")
    play = Play(process(start(), catch("c", timer("duration", "PT1H")), helped, "start > c"))
    play.message("help")
    assert play.timers() == {}
    assert play.open == ["helped", "rescue"]


def test_cancelling_the_last_activity_ends_a_level_that_only_listens() -> None:
    helped = event_sub("helped", start("h", message("help")), user("rescue"), "h > rescue")
    play = Play(process(start(), user("a"), helped, "start > a"))
    play.do("cancel_activity", play.at("a"), play.moment)
    assert play.completed
    assert len(play.all(facts.SubscriptionClosed)) == 1
