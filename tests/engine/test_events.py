"""Events: who hears what, what is interrupted, what goes on."""

import pytest

from server.bpmn.definition import Assign, Call, ConnectorCall, Kind, Process, Trigger
from server.engine import facts
from server.errors import Conflict
from tests.engine.models import (
    assign,
    boundary,
    catch,
    end,
    error,
    escalation,
    fork,
    juel,
    message,
    node,
    process,
    python,
    race,
    script,
    signal,
    start,
    sub,
    text,
    throw,
    timer,
    user,
)
from tests.engine.plays import NOW, Play


def test_a_message_is_waited_for_and_brings_its_payload() -> None:
    play = Play(
        process(start(), catch("c", message("paid", correlation_key=python("order"))), end(), "start > c > end"),
        {"order": 7},
    )
    opened = play.last(facts.SubscriptionOpened)
    assert opened == facts.SubscriptionOpened(play.at("c"), "c", 0, "message", "paid", "7")
    play.message("paid", amount=5)
    assert (play.completed, play.variables) == (True, {"order": 7, "amount": 5})
    assert play.last(facts.SubscriptionClosed) == facts.SubscriptionClosed(opened.activity, 0)


def test_a_catcher_takes_over_only_what_it_names() -> None:
    trigger = message("paid", payload=(Assign("sum", juel("${amount}")),))
    play = Play(process(start(), catch("c", trigger), end(), "start > c > end"))
    play.message("paid", amount=5, other=1)
    assert play.variables == {"sum": 5}


def test_a_message_cannot_be_delivered_where_nobody_waits_for_it() -> None:
    play = Play(process(start(), catch("c", message("paid")), end(), "start > c > end"))
    with pytest.raises(Conflict):
        play.straight.deliver_message(play.at("c"), 1, {}, NOW)
    with pytest.raises(Conflict):
        play.straight.deliver_signal(play.at("c"), 0, {}, NOW)


def test_a_thrown_message_reaches_one_catcher_here_with_the_same_key_or_leaves() -> None:
    thrown = message("m", correlation_key=python("key"), payload=(assign("got", "1"),))
    model = process(
        start(),
        fork("f"),
        user("u"),
        throw("t", thrown),
        end("e"),
        catch("a", message("m", correlation_key=text("x"))),
        catch("b", message("m", correlation_key=text("y"))),
        catch("c", message("m", correlation_key=text("y"))),
        "start > f > u > t > e",
        "f > a",
        "f > b",
        "f > c",
    )
    play = Play(model)
    play.complete("u", key="y")
    assert play.open == ["a", "c"]
    assert not play.all(facts.MessageThrown)
    play = Play(model)
    play.complete("u", key="z")
    assert play.open == ["a", "b", "c"]
    left = play.last(facts.MessageThrown)
    assert (left.name, left.payload, left.correlation_key) == ("m", {"got": 1}, "z")


def test_a_signal_reaches_all_here_and_leaves_as_well() -> None:
    model = process(
        start(),
        fork("f"),
        user("u"),
        throw("t", signal("s")),
        catch("a", signal("s")),
        catch("b", signal("s")),
        catch("c", signal("other")),
        "start > f > u > t",
        "f > a",
        "f > b",
        "f > c",
    )
    play = Play(model)
    play.complete("u")
    assert play.open == ["c"]
    assert play.last(facts.SignalThrown).name == "s"


def test_send_and_receive_tasks_throw_and_wait() -> None:
    model = process(
        start(),
        node("s", Kind.SEND_TASK, triggers=(message("a"),)),
        node("r", Kind.RECEIVE_TASK, triggers=(message("b"),)),
        end(),
        "start > s > r > end",
    )
    play = Play(model)
    assert play.last(facts.MessageThrown).name == "a"
    play.message("b", x=1)
    assert (play.completed, play.variables) == (True, {"x": 1})


def test_an_interrupting_boundary_event_ends_its_activity() -> None:
    play = Play(
        process(start(), user("u"), boundary("b", "u", message("stop")), user("v"), "start > u > x", "b > v", node("x"))
    )
    play.message("stop", why="late")
    assert play.open == ["v"]
    assert (play.cancelled, play.variables) == (["u"], {"why": "late"})


def test_a_boundary_event_that_does_not_interrupt_fires_each_time() -> None:
    play = Play(
        process(
            start(), user("u"), boundary("b", "u", message("ask"), interrupting=False), user("v"), "start > u", "b > v"
        )
    )
    play.message("ask")
    play.message("ask")
    assert play.open == ["u", "v", "v"]
    firings = {f.activity for f in play.all(facts.ActivityStarted) if f.element == "b"}
    assert len(firings) == 2
    play.complete("u")
    assert not {(f.activity, f.number) for f in play.all(facts.SubscriptionOpened)} - {
        (f.activity, f.number) for f in play.all(facts.SubscriptionClosed)
    }


def test_a_completed_activity_lets_go_of_its_boundary_events() -> None:
    play = Play(
        process(start(), user("u"), boundary("b", "u", timer("duration", "PT1H")), user("v"), "start > u > v", "b > v")
    )
    assert play.last(facts.TimerSet).due.hour == 13
    play.complete("u")
    assert play.timers() == {}
    assert play.open == ["v"]


def test_a_timer_fires_when_it_is_due() -> None:
    play = Play(process(start(), catch("c", timer("duration", "PT30M")), end(), "start > c > end"))
    play.wait(minutes=29)
    assert not play.completed
    play.wait(minutes=1)
    assert play.completed


def test_a_cycle_beside_an_activity_fires_again_and_what_was_missed_fires_once() -> None:
    model = process(
        start(),
        user("u"),
        boundary("b", "u", timer("cycle", "R3/PT10M"), interrupting=False),
        node("r"),
        "start > u",
        "b > r",
    )
    play = Play(model)
    play.wait(minutes=60)
    assert play.finished.count("r") == 3
    assert play.timers() == {}
    late = Play(model)
    [(activity, number)] = late.timers()
    late.do("fire_timer", activity, number, NOW.replace(minute=25))
    assert late.finished.count("r") == 1
    assert [due.minute for due in late.timers().values()] == [30]


def test_the_first_event_behind_an_event_based_gateway_wins() -> None:
    model = process(
        start(),
        race("g"),
        catch("m", message("yes")),
        catch("t", timer("duration", "P1D")),
        node("r", Kind.RECEIVE_TASK, triggers=(message("no"),)),
        user("a"),
        user("b"),
        user("c"),
        "start > g",
        "g > m > a",
        "g > t > b",
        "g > r > c",
    )
    play = Play(model)
    assert play.open == ["g"]
    play.message("yes", x=1)
    assert (play.open, play.variables, play.timers()) == (["a"], {"x": 1}, {})
    assert play.cancelled == []
    play = Play(model)
    play.wait(days=1)
    assert play.open == ["b"]
    play = Play(model)
    play.message("no")
    assert play.open == ["c"]


def test_an_error_goes_to_the_nearest_boundary_of_that_code_before_one_of_any() -> None:
    def model(*catchers: str) -> Process:
        codes = {"exact": "E1", "other": "E2", "any": None}
        parts = [boundary(name, "s", error(codes[name], code_variable="code")) for name in catchers]
        flows = [f"{name} > after_{name}" for name in catchers]
        return process(
            start(),
            sub("s", user("beside"), node("t"), end("e", error("E1")), "t > e"),
            *parts,
            *[user(f"after_{name}") for name in catchers],
            "start > s",
            *flows,
        )

    play = Play(model("any", "exact"))
    assert play.open == ["after_exact"]
    assert play.cancelled == ["beside", "e", "s"]
    assert play.variables == {"code": "E1"}
    assert play.last(facts.ErrorCaught) == facts.ErrorCaught("E1", "e", "exact")
    assert Play(model("other", "any")).open == ["after_any"]
    uncaught = Play(model("other"))
    assert (uncaught.last(facts.IncidentRaised).kind, uncaught.open) == ("error", ["s", "beside", "e"])


def test_an_error_of_a_script_is_caught_outside_and_brings_what_was_written() -> None:
    model = process(
        start(),
        sub("s", script("t", "x = 1\nraise BpmnError('E', 'broken')")),
        boundary("b", "s", error("E", code_variable="c", message_variable="m")),
        user("v"),
        "start > s",
        "b > v",
    )
    play = Play(model)
    assert play.open == ["v"]
    assert play.variables == {"x": 1, "c": "E", "m": "broken"}


def test_an_error_that_nobody_catches_ends_a_called_instance() -> None:
    model = process(start(), user("u"), script("s", "raise BpmnError('E')"), user("w"), "start > u > s", "start > w")
    play = Play(model, called=True)
    play.complete("u")
    assert play.completed
    assert play.last(facts.InstanceTerminated).error_code == "E"
    assert sorted(play.cancelled) == ["s", "w"]


def test_a_called_instance_that_ended_in_an_error_throws_it_at_the_call() -> None:
    model = process(
        start(),
        node("c", Kind.CALL_ACTIVITY, call=Call(text("other"))),
        boundary("b", "c", error("E")),
        user("v"),
        "start > c",
        "b > v",
    )
    play = Play(model)
    play.do("throw_error", play.at("c"), "E", "it broke", {"x": 1}, NOW)
    assert (play.open, play.variables) == (["v"], {"x": 1})
    play = Play(model)
    play.do("throw_error", play.at("c"), "F", "it broke", {}, NOW)
    assert play.last(facts.IncidentRaised).kind == "error"
    play.retry("c")
    assert len(play.all(facts.CallRequested)) == 2


def test_an_interrupted_call_is_cancelled() -> None:
    play = Play(
        process(
            start(),
            node("c", Kind.CALL_ACTIVITY, call=Call(text("other"))),
            boundary("b", "c", message("m")),
            "start > c",
            "b > x",
            node("x"),
        )
    )
    activity = play.at("c")
    play.message("m")
    assert play.last(facts.CallCancelled) == facts.CallCancelled(activity, "c")


def test_a_failed_connector_throws_its_error_at_the_task() -> None:
    service = node("s", Kind.SERVICE_TASK, connector=ConnectorCall("http"))
    play = Play(process(start(), service, boundary("b", "s", error("404")), user("v"), "start > s", "b > v"))
    play.do("throw_error", play.at("s"), "404", "", {}, NOW)
    assert play.open == ["v"]


def escalating(interrupting: bool) -> Process:
    return process(
        start(),
        sub("s", throw("t", escalation("L")), user("u"), "t > u"),
        boundary("b", "s", escalation("L", code_variable="c"), interrupting=interrupting),
        user("v"),
        "start > s",
        "b > v",
    )


def test_an_escalation_goes_on_unless_it_is_caught_by_an_interrupting_event() -> None:
    assert sorted(Play(escalating(False)).open) == ["s", "u", "v"]
    play = Play(escalating(True))
    assert (play.open, play.variables) == (["v"], {"c": "L"})
    assert play.last(facts.EscalationCaught).catcher == "b"


def test_an_escalation_that_nobody_catches_is_reported_and_goes_on() -> None:
    play = Play(process(start(), throw("t", escalation("L", payload=(assign("a", "1"),))), user("u"), "start > t > u"))
    assert play.last(facts.EscalationUncaught) == facts.EscalationUncaught("L", "t", {"a": 1})
    assert play.open == ["u"]


def test_an_escalation_of_a_called_instance_reaches_the_boundary_of_the_call() -> None:
    play = Play(
        process(
            start(),
            node("c", Kind.CALL_ACTIVITY, call=Call(text("o"))),
            boundary("b", "c", escalation(), interrupting=False),
            user("v"),
            "start > c",
            "b > v",
        )
    )
    play.do("throw_escalation", play.at("c"), "L", {"x": 1}, NOW)
    assert (play.open, play.variables) == (["c", "v"], {"x": 1})


def test_a_signal_thrown_inside_can_interrupt_the_sub_process_it_comes_from() -> None:
    play = Play(
        process(
            start(),
            sub("s", throw("t", signal("x")), user("u"), "t > u"),
            boundary("b", "s", signal("x")),
            user("v"),
            "start > s",
            "b > v",
        )
    )
    assert play.open == ["v"]
    assert play.cancelled == ["t", "s"]


def test_a_message_end_event_throws_and_ends() -> None:
    play = Play(process(start(), end("e", message("done")), "start > e"))
    assert play.completed
    assert play.last(facts.MessageThrown).name == "done"


def test_a_timer_that_cannot_be_read_is_an_incident_and_leaves_no_catcher_behind() -> None:
    bad = Trigger("timer", timer_form="duration", timer=juel("${when}"))
    model = process(
        start(),
        user("u"),
        boundary("a", "u", message("m")),
        boundary("b", "u", bad),
        "start > u",
        "a > x",
        "b > x",
        node("x"),
    )
    play = Play(model, {"when": "soon"})
    assert play.last(facts.IncidentRaised).element == "u"
    assert not play.all(facts.SubscriptionOpened)
    play.do("set_variable", "when", "PT1H", NOW)
    play.retry("u")
    assert len(play.timers()) == 1
    assert play.last(facts.UserTaskCreated).element == "u"
