"""Listeners: what is run when something happens to an activity, a user task or the process."""

from dataclasses import replace

import pytest

from server.bpmn.definition import Assignment, Listener, Process, Trigger
from server.engine import facts
from server.errors import Conflict
from tests.engine.models import boundary, end, error, fork, process, python, script, start, sub, text, user
from tests.engine.plays import NOW, Play

TIMEOUT = Trigger("timer", timer_form="duration", timer=text("PT2H"))
CYCLE = Trigger("timer", timer_form="cycle", timer=text("R2/PT1H"))


def writes(event: str, source: str, timer: Trigger | None = None) -> Listener:
    return Listener(event, script=python(source), timer=timer)


def with_end(made: Process, *listeners: Listener) -> Process:
    """The process with what listens to its end."""
    return replace(made, level=replace(made.level, listeners=listeners))


def one(*listeners: Listener, **rest: object) -> Play:
    made = process(start(), user("ask", listeners=listeners, **rest), end(), "start > ask > end")
    return Play(made, {"log": [], "count": 0})


LOG = "log = log + ['{}']"


def test_a_timeout_is_heard_while_a_person_is_waited_for() -> None:
    play = one(writes("timeout", LOG.format("late"), TIMEOUT))
    play.wait(hours=1)
    assert play.variables["log"] == []
    play.wait(hours=1)
    assert play.variables["log"] == ["late"]
    assert play.open == ["ask"]
    play.complete("ask")
    assert play.completed


def test_a_timeout_with_a_cycle_is_heard_as_often_as_it_says() -> None:
    play = one(writes("timeout", "count = count + 1", CYCLE))
    play.wait(hours=9)
    assert play.variables["count"] == 2
    assert play.timers() == {}


def test_a_timeout_is_not_heard_any_more_when_the_person_has_done_it() -> None:
    play = one(writes("timeout", LOG.format("late"), TIMEOUT))
    play.complete("ask")
    assert play.timers() == {}


def test_each_of_several_timeouts_has_its_own_time() -> None:
    early, late = writes("timeout", LOG.format("one"), CYCLE), writes("timeout", LOG.format("two"), TIMEOUT)
    play = one(early, late)
    play.wait(hours=1)
    assert play.variables["log"] == ["one"]
    play.wait(hours=1)
    assert sorted(play.variables["log"]) == ["one", "one", "two"]


def test_a_timeout_that_fails_is_an_incident_and_is_heard_again_when_it_is_mended() -> None:
    play = one(writes("timeout", "log = log + [missing]", TIMEOUT))
    play.wait(hours=2)
    assert play.last(facts.IncidentRaised).element == "ask"
    play.do("set_variable", "missing", "late", play.moment)
    play.retry("ask")
    play.wait(minutes=1)
    assert play.variables["log"] == ["late"]
    play.complete("ask")
    assert play.completed


def test_who_gets_a_user_task_is_heard_first_as_a_change_and_then_as_an_assignment() -> None:
    said = "log = log + [task.eventName + ' ' + str(task.assignee)]"
    play = one(writes("assignment", said), writes("update", said))
    play.do("assign_user_task", play.at("ask"), "ada", "grace", NOW)
    play.do("assign_user_task", play.at("ask"), None, "grace", NOW)
    assert play.variables["log"] == ["update ada", "assignment ada", "update None", "assignment None"]
    assert play.open == ["ask"]


def test_an_assignment_that_fails_is_heard_again_when_it_is_mended() -> None:
    play = one(writes("assignment", "log = log + [missing + task.assignee]"))
    play.do("assign_user_task", play.at("ask"), "ada", "ada", NOW)
    assert play.last(facts.IncidentRaised).element == "ask"
    play.do("assign_user_task", play.at("ask"), "ben", "ada", NOW)
    play.do("set_variable", "missing", "for ", NOW)
    play.retry("ask")
    assert play.variables["log"] == ["for ada", "for ben"]
    play.complete("ask")
    assert play.completed


def test_what_is_no_user_task_cannot_be_given_to_anybody() -> None:
    play = one()
    play.complete("ask")
    with pytest.raises(Conflict):
        play.straight.assign_user_task(2, "ada", "ada", NOW)


def test_an_assignment_by_the_model_that_fails_creates_the_user_task_once() -> None:
    play = one(writes("assignment", "log = log + [missing]"), assignment=Assignment(assignee=text("ada")))
    assert play.all(facts.UserTaskCreated) == []
    play.do("set_variable", "missing", "x", NOW)
    play.retry("ask")
    assert len(play.all(facts.UserTaskCreated)) == 1


def interrupted(*listeners: Listener, inside: tuple[Listener, ...] = ()) -> Play:
    made = process(
        start(),
        sub("work", start("in"), user("ask", listeners=inside), end("out"), "in > ask > out", listeners=listeners),
        boundary("late", "work", TIMEOUT),
        end(),
        end("given_up"),
        "start > work > end",
        "late > given_up",
    )
    return Play(made, {"log": []})


def test_what_is_interrupted_tells_its_end_from_the_inside_outward() -> None:
    ends = writes("delete", LOG.format("deleted")), writes("end", LOG.format("ask"))
    play = interrupted(writes("end", LOG.format("work")), inside=ends)
    play.wait(hours=3)
    assert play.variables["log"] == ["deleted", "ask", "work"]
    assert play.completed


def test_what_has_ended_by_itself_tells_its_end_once() -> None:
    play = interrupted(writes("end", LOG.format("work")), inside=(writes("end", LOG.format("ask")),))
    play.complete("ask")
    assert play.variables["log"] == ["ask", "work"]


def test_a_listener_to_an_interruption_that_fails_writes_nothing_and_stops_nothing() -> None:
    play = interrupted(writes("end", LOG.format("work")), inside=(writes("end", "log = ['a']\nlog = missing"),))
    play.wait(hours=3)
    assert play.variables["log"] == ["work"]
    assert play.completed
    assert play.all(facts.IncidentRaised) == []


def test_what_has_not_begun_does_not_tell_its_end() -> None:
    listeners = writes("start", "log = missing"), writes("end", LOG.format("ask"))
    play = interrupted(inside=listeners)
    play.wait(hours=3)
    assert play.variables["log"] == []


def test_the_end_of_a_process_is_heard_when_it_is_terminated_from_outside() -> None:
    made = process(start(), user("ask", listeners=(writes("end", LOG.format("ask")),)), end(), "start > ask > end")
    play = Play(with_end(made, writes("end", LOG.format("process"))), {"log": []})
    play.do("terminate", "enough", NOW)
    assert play.variables["log"] == ["ask", "process"]
    assert play.completed


def test_the_end_of_a_process_is_heard_once_when_an_end_event_terminates_it() -> None:
    made = process(
        start(),
        fork("both"),
        user("ask", listeners=(writes("end", LOG.format("ask")),)),
        user("stop"),
        end("over", Trigger("terminate")),
        end(),
        "start > both > ask > end",
        "both > stop > over",
    )
    play = Play(with_end(made, writes("end", LOG.format("process"))), {"log": []})
    play.complete("stop")
    assert play.variables["log"] == ["ask", "process"]


def test_the_end_of_a_process_is_heard_once_when_its_last_token_goes() -> None:
    made = process(start(), script("note", LOG.format("note")), end(), "start > note > end")
    assert Play(with_end(made, writes("end", LOG.format("process"))), {"log": []}).variables["log"] == [
        "note",
        "process",
    ]


def test_an_error_takes_an_activity_away_and_its_end_is_heard() -> None:
    made = process(
        start(),
        sub(
            "work",
            start("in"),
            fork("both"),
            user("ask", listeners=(writes("end", LOG.format("ask")),)),
            user("break"),
            end("broken", error("E")),
            end("out"),
            "in > both > ask > out",
            "both > break > broken",
        ),
        boundary("caught", "work", error("E")),
        end(),
        "start > work > end",
        "caught > end",
    )
    play = Play(made, {"log": []})
    play.complete("break")
    assert play.variables["log"] == ["ask"]
    assert play.completed
