"""External tasks: work that a program of its own fetches; and listeners, which are run or fetched likewise."""

from dataclasses import replace

import pytest

from server.bpmn.definition import Assignment, ExternalWork, Kind, Listener, WorkError
from server.engine import facts
from server.errors import Conflict
from server.expressions import Expression
from tests.engine.models import boundary, end, error, juel, node, process, python, start, text, user
from tests.engine.plays import NOW, Play

PRINT = ExternalWork(text("print"), python("7 * 10"), (("paper", juel("${size}")), ("sides", text("2"))))


def printing(**rest: object) -> Play:
    work = node("print", Kind.SERVICE_TASK, external=PRINT, **rest)
    return Play(process(start(), work, end(), "start > print > end"), {"size": "A4"})


def test_a_worker_is_told_the_topic_and_what_it_has_to_know() -> None:
    play = printing()
    assert play.last(facts.ExternalTaskCreated) == facts.ExternalTaskCreated(
        2, "print", "print", 70, {"paper": "A4", "sides": "2"}
    )
    assert play.open == ["print"]


def test_what_a_worker_hands_back_are_variables() -> None:
    play = printing()
    play.do("complete_external_task", play.at("print"), {"pages": 3}, NOW)
    assert play.completed
    assert play.variables == {"size": "A4", "pages": 3}
    assert play.all(facts.ExternalTaskCompleted) == [facts.ExternalTaskCompleted(2, "print")]


def test_work_that_is_done_cannot_be_handed_back_again() -> None:
    play = Play(
        process(
            start(), node("print", Kind.SERVICE_TASK, external=PRINT), user("see"), end(), "start > print > see > end"
        ),
        {"size": "A4"},
    )
    activity = play.at("print")
    play.do("complete_external_task", activity, {}, NOW)
    with pytest.raises(Conflict, match="not running any more"):
        play.straight.complete_external_task(activity, {}, NOW)
    with pytest.raises(Conflict, match="not waiting for a worker"):
        play.straight.complete_external_task(play.at("see"), {}, NOW)


def test_a_worker_that_fails_for_good_leaves_an_incident_and_is_asked_anew() -> None:
    play = printing()
    play.do("raise_incident", play.at("print"), "external", "out of paper", NOW)
    with pytest.raises(Conflict):
        play.straight.complete_external_task(play.at("print"), {}, NOW)
    play.do("retry", play.at("print"), NOW)
    assert len(play.all(facts.ExternalTaskCreated)) == 2
    play.do("complete_external_task", play.at("print"), {}, NOW)
    assert play.completed


def test_a_worker_throws_an_error_to_the_boundary_event() -> None:
    play = Play(
        process(
            start(),
            node("print", Kind.SERVICE_TASK, external=PRINT),
            boundary("jam", "print", error("JAM")),
            end(),
            end("mended"),
            "start > print > end",
            "jam > mended",
        ),
        {"size": "A4"},
    )
    play.do("throw_error", play.at("print"), "JAM", "paper jam", {"tray": 2}, NOW)
    assert play.completed
    assert play.all(facts.ErrorCaught) == [facts.ErrorCaught("JAM", "print", "jam")]


def test_an_answer_can_mean_an_error() -> None:
    work = ExternalWork(text("print"), errors=(WorkError("JAM", python("jams > 0"), text("it jams")),))
    play = Play(
        process(
            start(),
            node("print", Kind.SERVICE_TASK, external=work),
            boundary("jam", "print", error("JAM")),
            end(),
            end("mended"),
            "start > print > end",
            "jam > mended",
        )
    )
    play.do("complete_external_task", play.at("print"), {"jams": 1}, NOW)
    assert play.completed
    assert [caught.catcher for caught in play.all(facts.ErrorCaught)] == ["jam"]


def test_a_topic_without_a_value_is_an_incident() -> None:
    work = ExternalWork(juel("${nobody}"))
    play = Play(
        process(start(), node("x", Kind.SERVICE_TASK, external=work), end(), "start > x > end"), {"nobody": None}
    )
    assert "has no value" in play.last(facts.IncidentRaised).message


def writes(event: str, name: str) -> Listener:
    source = Expression(f"order = order + ['{name} ' + execution.eventName]", "python")
    return Listener(event, script=source)


def test_listeners_run_at_the_start_and_the_end_of_an_element_and_on_a_flow() -> None:
    task = node("x", listeners=(writes("end", "x"), writes("start", "x")))
    told = process(start(listeners=(writes("start", "begin"),)), task, end(), "start > x > end")
    flow = replace(told.level.flows["start>x"], listeners=(writes("take", "flow"),))
    heard = replace(told, level=replace(told.level, flows={**told.level.flows, "start>x": flow}))
    play = Play(heard, {"order": []})
    assert play.variables["order"] == ["begin start", "flow take", "x start", "x end"]


def test_task_listeners_run_when_it_is_created_assigned_and_completed() -> None:
    listeners = tuple(writes(event, "t") for event in ("complete", "assignment", "create", "delete"))
    told = process(
        start(), user("t", listeners=listeners, assignment=Assignment(text("ann"))), end(), "start > t > end"
    )
    play = Play(told, {"order": []})
    assert play.variables["order"] == ["t create", "t assignment"]
    play.do("complete_user_task", play.at("t"), {}, "ann", NOW)
    assert play.variables["order"] == ["t create", "t assignment", "t complete"]


def test_what_listens_to_the_end_of_a_process_runs_with_its_last_token_only() -> None:
    told = process(start(), user("a"), user("b"), end(), "start > a > end", "start > b > end")
    heard = replace(told, level=replace(told.level, listeners=(writes("end", "all"),)))
    play = Play(heard, {"order": []})
    play.do("complete_user_task", play.at("a"), {}, "ann", NOW)
    assert play.variables["order"] == []
    play.do("complete_user_task", play.at("b"), {}, "ann", NOW)
    assert play.completed
    assert play.variables["order"] == ["all end"]


def test_a_listener_that_fails_is_an_incident_and_what_it_wrote_is_undone() -> None:
    broken = Listener("start", script=python("a = 1\nb = missing + 1"))
    play = Play(process(start(), node("x", listeners=(broken,)), end(), "start > x > end"))
    assert play.last(facts.IncidentRaised).element == "x"
    assert "a" not in play.variables
    play.do("set_variable", "missing", 1, NOW)
    play.do("retry", play.at("x"), NOW)
    assert play.completed
    assert play.variables["b"] == 2


def test_a_listener_that_is_code_waits_for_a_worker() -> None:
    code = Listener("start", work=ExternalWork(text("org.Audit")))
    after = Listener("end", expression=juel("${execution.setVariable('seen', true)}"))
    play = Play(process(start(), user("t", listeners=(code, after)), end(), "start > t > end"))
    assert play.last(facts.ExternalTaskCreated).listener == "start"
    assert play.all(facts.UserTaskCreated) == []
    with pytest.raises(Conflict):
        play.straight.complete_user_task(play.at("t"), {}, "ann", NOW)
    play.do("complete_external_task", play.at("t"), {"audited": True}, NOW)
    assert len(play.all(facts.UserTaskCreated)) == 1
    play.do("complete_user_task", play.at("t"), {}, "ann", NOW)
    assert play.completed
    assert play.variables == {"audited": True, "seen": True}
