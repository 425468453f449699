"""Incidents: what fails stays where it is, the rest goes on, nothing that was submitted is lost."""

import pytest

from server.bpmn.definition import ConnectorCall, Kind, Loop
from server.engine import facts
from server.errors import Conflict
from server.expressions import Expression
from tests.engine.models import assign, boundary, catch, end, fork, message, node, process, script, start, timer, user
from tests.engine.plays import NOW, Play


def test_a_script_that_fails_says_where_and_other_tokens_go_on() -> None:
    broken = node("s", Kind.SCRIPT_TASK, script=Expression("x = 1\ny = x + missing", "python", 40))
    play = Play(process(start(), fork("f"), broken, user("u"), node("t"), "start > f > s", "f > u > t"))
    incident = play.last(facts.IncidentRaised)
    assert (incident.element, incident.kind, incident.line) == ("s", "script", 41)
    assert "missing" in incident.names
    play.complete("u")
    assert play.finished == ["start", "f", "u", "t"]
    assert play.open == ["s"]


def test_a_submission_whose_following_script_fails_is_kept() -> None:
    play = Play(process(start(), user("u"), script("s", "x = int(amount)"), end(), "start > u > s > end"))
    play.complete("u", amount="many")
    assert (play.open, play.variables) == (["s"], {"amount": "many"})
    play.do("set_variable", "amount", "7", NOW)
    play.retry("s")
    assert play.completed
    assert play.last(facts.IncidentResolved).element == "s"


def test_a_trial_that_fails_again_is_an_incident_again() -> None:
    play = Play(process(start(), script("s", "x = missing"), "start > s"))
    play.retry("s")
    assert len(play.all(facts.IncidentRaised)) == 2
    assert len(play.all(facts.IncidentResolved)) == 1


def test_an_output_mapping_that_fails_does_not_bring_the_user_task_back() -> None:
    task = user("u", outputs=(assign("total", "price * count"),))
    play = Play(process(start(), task, end(), "start > u > end"))
    activity = play.at("u")
    play.complete("u", price=3)
    assert play.last(facts.UserTaskCompleted).activity == activity
    assert play.last(facts.IncidentRaised).activity == activity
    with pytest.raises(Conflict):
        play.straight.complete_user_task(activity, {}, "grace", NOW)
    play.do("set_variable", "count", 2, NOW, activity)
    play.retry("u")
    assert (play.completed, play.variables) == (True, {"price": 3, "total": 6})
    assert len(play.all(facts.UserTaskCreated)) == 1


def test_a_condition_that_fails_after_a_user_task_is_an_incident_there() -> None:
    play = Play(process(start(), user("u"), node("a"), node("b"), "start > u", "u > a: x > 1", "u > b: default"))
    play.complete("u")
    assert (play.last(facts.IncidentRaised).element, play.last(facts.IncidentRaised).names) == ("u", ("x",))
    play.do("set_variable", "x", 2, NOW)
    play.retry("u")
    assert play.completed
    assert len(play.all(facts.UserTaskCreated)) == 1


def test_an_incident_raised_from_outside_at_a_user_task_lets_it_wait_again() -> None:
    play = Play(process(start(), user("u"), end(), "start > u > end"))
    play.do("raise_incident", play.at("u"), "job", "The notice could not be sent.", NOW)
    with pytest.raises(Conflict):
        play.straight.raise_incident(play.at("u"), "job", "again", NOW)
    play.retry("u")
    assert len(play.all(facts.UserTaskCreated)) == 1
    play.complete("u")
    assert play.completed


def test_a_connector_whose_retries_are_used_up_is_called_again_on_retry() -> None:
    play = Play(
        process(start(), node("s", Kind.SERVICE_TASK, connector=ConnectorCall("http")), end(), "start > s > end")
    )
    play.do("raise_incident", play.at("s"), "connector", "No answer.", NOW)
    with pytest.raises(Conflict):
        play.straight.complete_connector(play.at("s"), {}, NOW)
    play.retry("s")
    assert len(play.all(facts.ConnectorCalled)) == 2
    play.do("complete_connector", play.at("s"), {}, NOW)
    assert play.completed


def test_a_timer_whose_job_failed_is_told_anew_on_retry() -> None:
    play = Play(
        process(start(), user("u"), boundary("b", "u", timer("duration", "PT1H")), "start > u", "b > x", node("x"))
    )
    [(activity, _)] = play.timers()
    play.do("raise_incident", activity, "job", "The job failed.", NOW)
    play.do("retry", activity, NOW)
    assert len(play.all(facts.TimerSet)) == 2
    play.wait(hours=1)
    assert play.completed


def test_a_message_that_comes_mends_an_incident_of_its_catcher() -> None:
    play = Play(process(start(), catch("c", message("m"), timer("duration", "PT1H")), end(), "start > c > end"))
    play.do("raise_incident", play.at("c"), "job", "The job failed.", NOW)
    play.message("m")
    assert play.completed
    assert play.last(facts.IncidentResolved).element == "c"


def test_only_an_incident_can_be_tried_again() -> None:
    play = Play(process(start(), user("u"), "start > u"))
    with pytest.raises(Conflict, match="has no incident"):
        play.straight.retry(play.at("u"), NOW)


def test_an_element_may_ask_for_a_break_before_and_after() -> None:
    task = user("u", asynchronous_before=True, asynchronous_after=True, retry_cycle="R2/PT1M")
    play = Play(process(start(), task, end(), "start > u > end"))
    assert play.last(facts.ContinuationRequested) == facts.ContinuationRequested(play.at("u"), "u", "R2/PT1M")
    assert not play.all(facts.UserTaskCreated)
    play.do("continue_activity", play.at("u"), NOW)
    with pytest.raises(Conflict):
        play.straight.continue_activity(play.at("u"), NOW)
    play.complete("u", x=1)
    assert not play.completed
    play.do("continue_activity", play.at("u"), NOW)
    assert play.completed


def test_a_break_whose_job_failed_goes_on_when_it_is_tried_again() -> None:
    play = Play(process(start(), user("u", asynchronous_before=True), "start > u"))
    play.do("raise_incident", play.at("u"), "job", "It failed.", NOW)
    play.retry("u")
    assert len(play.all(facts.UserTaskCreated)) == 1


def test_a_script_that_is_skipped_is_left_undone_and_the_token_goes_on() -> None:
    play = Play(process(start(), script("s", "x = missing"), end(), "start > s > end"))
    activity = play.at("s")
    play.do("skip", activity, NOW)
    assert (play.completed, play.variables) == (True, {})
    assert play.last(facts.ActivitySkipped) == facts.ActivitySkipped(activity, "s")
    assert play.last(facts.IncidentResolved).activity == activity


def test_a_connector_that_is_skipped_is_not_called_again_and_its_boundary_events_go() -> None:
    call = node("s", Kind.SERVICE_TASK, connector=ConnectorCall("http"), outputs=(assign("x", "answer"),))
    late = boundary("b", "s", timer("duration", "PT1H"))
    play = Play(process(start(), call, late, user("u"), "start > s > u", "b > x", node("x")))
    activity = play.at("s")
    play.do("raise_incident", activity, "connector", "No answer.", NOW)
    play.do("skip", activity, NOW)
    assert (play.open, play.timers()) == (["u"], {})
    assert len(play.all(facts.ConnectorCalled)) == 1


def test_a_body_of_a_loop_that_is_skipped_counts_as_done() -> None:
    loop = Loop("parallel", cardinality=Expression("2", "python", 1))
    play = Play(process(start(), script("s", "x = missing", loop=loop), end(), "start > s > end"))
    for fact in play.all(facts.IncidentRaised):
        play.do("skip", fact.activity, NOW)
    assert play.completed


def test_a_way_on_that_fails_cannot_be_skipped() -> None:
    play = Play(process(start(), user("u"), node("a"), node("b"), "start > u", "u > a: x > 1", "u > b: default"))
    play.complete("u")
    with pytest.raises(Conflict, match="the way on fails"):
        play.straight.skip(play.at("u"), NOW)


def test_what_still_waits_for_somebody_is_retried_and_not_skipped() -> None:
    play = Play(process(start(), user("u"), end(), "start > u > end"))
    play.do("raise_incident", play.at("u"), "job", "The notice could not be sent.", NOW)
    with pytest.raises(Conflict, match="Retry it, and it waits again"):
        play.straight.skip(play.at("u"), NOW)


def test_only_an_incident_can_be_skipped() -> None:
    play = Play(process(start(), user("u"), "start > u"))
    with pytest.raises(Conflict, match="has no incident"):
        play.straight.skip(play.at("u"), NOW)
