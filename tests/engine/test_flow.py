"""Tokens on their way: starts, ends, tasks and gateways."""

import pytest

from server.engine import facts, instance
from server.errors import Conflict, Invalid
from tests.engine.models import (
    end,
    fork,
    message,
    node,
    process,
    script,
    some,
    start,
    sub,
    terminate,
    user,
    xor,
)
from tests.engine.plays import Play


def test_a_process_without_wait_states_ends_at_once_and_leaves_no_part() -> None:
    play = Play(process(start(), node("work"), end(), "start > work > end"))
    assert play.completed
    assert play.finished == ["start", "work", "end"]
    assert play.facts[0] == facts.InstanceStarted("start")
    assert play.facts[-1] == facts.InstanceCompleted()


def test_a_process_without_events_begins_where_nothing_leads_to() -> None:
    play = Play(process(user("a"), user("b"), user("c"), "a > c"))
    assert play.open == ["a", "b"]


def test_a_process_begins_at_the_start_event_whose_message_has_come() -> None:
    model = process(
        start("plain"), start("ordered", message("order")), user("a"), user("b"), "plain > a", "ordered > b"
    )
    play = Play(model, start_element="ordered", payload={"item": "pen"})
    assert (play.open, play.variables) == (["b"], {"item": "pen"})
    assert play.facts[0] == facts.InstanceStarted("ordered")
    assert Play(model).open == ["a"]


def test_a_process_whose_starts_all_wait_for_triggers_cannot_be_started_by_hand() -> None:
    with pytest.raises(Invalid, match="cannot be started by hand"):
        Play(process(start("ordered", message("order")), user("a"), "ordered > a"))
    with pytest.raises(Invalid, match="no start event 'nowhere'"):
        Play(process(start(), user("a"), "start > a"), start_element="nowhere")


def test_the_person_who_started_is_put_into_the_variable_that_the_model_names() -> None:
    play = Play(process(start(initiator_variable="requester"), user("a"), "start > a"))
    assert play.variables == {"requester": "ada"}


def test_an_activity_instance_has_a_number_that_is_never_used_again() -> None:
    play = Play(process(start(), user("a"), "start > a", "a > a"))
    numbers = [play.at("a")]
    for _ in range(5):
        play.complete("a")
        numbers.append(play.at("a"))
    assert len(set(numbers)) == 6


def test_a_completed_user_task_cannot_be_completed_again() -> None:
    play = Play(process(start(), user("a"), user("b"), "start > a > b"))
    activity = play.at("a")
    play.complete("a")
    with pytest.raises(Conflict):
        play.straight.complete_user_task(activity, {}, "grace", play.moment)
    with pytest.raises(Conflict):
        play.straight.complete_user_task(999, {}, "grace", play.moment)


def test_nothing_can_be_done_with_an_instance_that_has_ended() -> None:
    play = Play(process(start(), user("a"), "start > a"))
    activity = play.at("a")
    play.complete("a")
    with pytest.raises(Conflict):
        play.straight.complete_user_task(activity, {}, "grace", play.moment)
    with pytest.raises(Conflict, match="has ended"):
        play.straight.terminate("no more", play.moment)
    with pytest.raises(Conflict, match="has ended"):
        play.straight.set_variable("x", 1, play.moment)


def test_an_exclusive_gateway_takes_the_first_condition_that_holds_and_says_why() -> None:
    model = process(
        start(),
        xor("g"),
        user("a"),
        user("b"),
        user("c"),
        "start > g",
        "g > a: x > 10",
        "g > b: x > 5",
        "g > c: default",
    )
    play = Play(model, {"x": 7})
    assert play.open == ["b"]
    taken = play.last(facts.FlowTaken)
    assert (taken.condition, taken.values, taken.result) == ("x > 5", {"x": 7}, "true")
    assert Play(model, {"x": 20}).open == ["a"]
    play = Play(model, {"x": 1})
    assert play.open == ["c"]
    taken = play.last(facts.FlowTaken)
    assert (taken.condition, taken.values, taken.result) == (None, {"x": 1}, "default")


def test_a_gateway_with_no_way_out_is_an_incident_that_can_be_mended() -> None:
    play = Play(
        process(start(), xor("g"), user("a"), user("b"), "start > g", "g > a: x > 10", "g > b: x > 5"), {"x": 1}
    )
    incident = play.last(facts.IncidentRaised)
    assert (incident.element, incident.kind) == ("g", "expression")
    assert "No outgoing flow of 'g' can be taken" in incident.message
    play.do("set_variable", "x", 6, play.moment)
    play.retry("g")
    assert play.open == ["b"]


def test_a_parallel_join_waits_for_a_token_from_each_flow_and_keeps_the_excess() -> None:
    play = Play(
        process(
            start(),
            fork("s"),
            user("a"),
            user("b"),
            fork("j"),
            user("z"),
            "start > s > a > j > z",
            "s > b > j",
            "z > a",
        )
    )
    play.complete("a")
    assert play.open == ["b", "j"]
    play.complete("b")
    assert play.open == ["z"]
    play.complete("z")
    play.complete("a")
    assert play.open == ["j"]


def test_excess_tokens_at_a_parallel_join_wait_for_their_turn() -> None:
    play = Play(
        process(
            start(),
            fork("s"),
            xor("m"),
            user("b"),
            fork("j"),
            user("z"),
            "start > s",
            "s > m",
            "s > m",
            "m > j",
            "s > b > j > z",
        )
    )
    assert play.open == ["b", "j", "j"]
    play.complete("b")
    assert sorted(play.open) == ["j", "z"]


def test_flows_out_of_an_activity_without_conditions_are_all_taken() -> None:
    assert Play(process(start(), node("t"), user("a"), user("b"), "start > t", "t > a", "t > b")).open == ["a", "b"]


def test_conditional_flows_out_of_an_activity_are_taken_if_they_hold_and_the_default_if_none_does() -> None:
    model = process(
        start(),
        node("t"),
        user("a"),
        user("b"),
        user("c"),
        "start > t",
        "t > a: x > 1",
        "t > b: x > 2",
        "t > c: default",
    )
    assert Play(model, {"x": 3}).open == ["a", "b"]
    assert Play(model, {"x": 2}).open == ["a"]
    assert Play(model, {"x": 0}).open == ["c"]


def inclusive() -> list[str]:
    return ["start > s", "s > a: x > 1", "s > b: x > 2", "s > c: default", "a > j", "b > j", "c > j", "j > z"]


@pytest.mark.parametrize(("x", "expected"), [(3, ["a", "b"]), (2, ["a"]), (0, ["c"])])
def test_an_inclusive_join_waits_for_those_who_can_still_come(x: int, expected: list[str]) -> None:
    play = Play(
        process(start(), some("s"), user("a"), user("b"), user("c"), some("j"), user("z"), *inclusive()), {"x": x}
    )
    assert play.open == expected
    for index, element in enumerate(expected):
        assert "z" not in play.open, index
        play.complete(element)
    assert play.open == ["z"]


def test_two_inclusive_joins_that_wait_only_for_each_other_go_on_with_the_older_token() -> None:
    model = process(
        start(),
        fork("s"),
        some("j"),
        some("k"),
        node("a"),
        node("b"),
        "start > s",
        "s > j",
        "s > k",
        "j > a",
        "a > k: n < 3",
        "k > b",
        "b > j: n < 3",
        "a > x: default",
        "b > y: default",
        script("x", "n = n + 1"),
        script("y", "n = n + 1"),
    )
    play = Play(model, {"n": 5})
    assert play.completed
    assert play.finished.count("j") + play.finished.count("k") == 2


def test_a_terminate_end_event_ends_its_own_level_only() -> None:
    play = Play(
        process(
            start(),
            fork("f"),
            user("outside"),
            sub("s", fork("g"), user("inside"), user("stop"), end("t", terminate()), "g > inside", "g > stop > t"),
            user("after"),
            "start > f > outside",
            "f > s > after",
        )
    )
    play.complete("stop")
    assert play.open == ["outside", "after"]
    assert play.cancelled == ["inside"]


def test_a_sub_process_is_done_when_its_last_token_has_gone() -> None:
    play = Play(process(start(), sub("s", user("a"), user("b")), user("z"), "start > s > z"))
    outer = play.at("s")
    assert {f.outer for f in play.all(facts.ActivityStarted) if f.element in ("a", "b")} == {outer}
    play.complete("b")
    play.complete("a")
    assert play.open == ["z"]


def test_an_empty_sub_process_is_passed() -> None:
    assert Play(process(start(), sub("s"), user("z"), "start > s > z")).open == ["z"]


def test_a_thousand_activities_in_a_row_need_no_deep_stack() -> None:
    chain = [node(f"n{i}") for i in range(1000)]
    play = Play(process(start(), *chain, "start > " + " > ".join(n.id for n in chain)))
    assert play.completed


def test_a_loop_of_ten_thousand_rounds_runs_to_its_end() -> None:
    play = Play(
        process(
            start(), script("s", "n = n + 1"), xor("g"), end(), "start > s > g", "g > s: n < 10000", "g > end: default"
        ),
        {"n": 0},
    )
    assert (play.completed, play.variables) == (True, {"n": 10000})


def test_a_model_that_runs_in_circles_without_waiting_stops_as_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "STEPS", 1_000)
    play = Play(process(start(), node("a"), node("b"), user("u"), "start > a > b > a", "start > u"))
    incident = play.last(facts.IncidentRaised)
    assert incident.kind == "limit"
    assert "does it go in circles?" in incident.message
    assert "u" in play.open
    play.complete("u")
    assert play.open == [incident.element]
