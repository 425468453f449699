"""Loops and multi-instance activities."""

import pytest

from server.bpmn.definition import Call, Kind, Loop
from server.engine import facts
from tests.engine.models import assign, boundary, end, message, node, process, python, script, start, sub, text, user
from tests.engine.plays import NOW, Play


def many(kind: str = "parallel", **rest: object) -> Loop:
    return Loop(kind, **rest)  # type: ignore[arg-type]  # the tests name only fields that there are


def test_a_parallel_multi_instance_runs_all_at_once_and_orders_its_results() -> None:
    loop = many(
        collection=python("people"), element_variable="person", result_collection="votes", result_variable="vote"
    )
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"), {"people": ["a", "b", "c"]})
    wrapper = play.at("u")
    bodies = [f for f in play.all(facts.ActivityStarted) if f.element == "u"][1:]
    assert [(f.outer, f.loop_counter) for f in bodies] == [(wrapper, 0), (wrapper, 1), (wrapper, 2)]
    play.do("complete_user_task", bodies[2].activity, {"vote": 3}, "grace", NOW)
    play.do("complete_user_task", bodies[0].activity, {"vote": 1}, "grace", NOW)
    assert play.open
    play.do("complete_user_task", bodies[1].activity, {"vote": 2}, "grace", NOW)
    assert play.completed
    assert play.variables == {"people": ["a", "b", "c"], "votes": [1, 2, 3]}


def test_a_sequential_multi_instance_runs_one_after_the_other() -> None:
    loop = many("sequential", collection=python("m"), element_variable="item")
    task = script(
        "s", "seen.append([loopCounter, item, nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances])", loop=loop
    )
    play = Play(process(start(), task, end(), "start > s > end"), {"m": {"x": 5, "y": 6}, "seen": []})
    assert play.variables["seen"] == [[0, 5, 2, 1, 0], [1, 6, 2, 1, 1]]


def test_the_counters_of_a_parallel_multi_instance_say_how_it_stands() -> None:
    play = Play(process(start(), user("u", loop=many(cardinality=python("3"))), "start > u"))
    wrapper = play.at("u")
    play.complete("u", 1)
    counters = {f.name: f.value for f in play.all(facts.VariableChanged) if f.scope == wrapper}
    assert counters == {"nrOfInstances": 3, "nrOfActiveInstances": 2, "nrOfCompletedInstances": 1}


def test_a_completion_condition_ends_the_rest() -> None:
    loop = many(
        cardinality=python("4"),
        completion_condition=python("nrOfCompletedInstances >= 2"),
        result_collection="r",
        result_variable="x",
    )
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    play.complete("u", 4, x="last")
    play.complete("u", 1, x="first")
    assert play.completed
    assert play.variables == {"r": ["first", "last"]}
    assert play.cancelled == ["u", "u"]


def test_a_completion_condition_sees_what_was_just_submitted() -> None:
    loop = many("sequential", cardinality=python("4"), completion_condition=python("not ok"))
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    play.complete("u", 1, ok=True)
    play.complete("u", 1, ok=False)
    assert play.completed


def test_a_completion_condition_that_fails_keeps_the_submission_and_counts_once() -> None:
    loop = many(cardinality=python("2"), completion_condition=python("nrOfCompletedInstances == enough"))
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    body = play.at("u", 1)
    play.complete("u", 1, x=1)
    assert play.last(facts.IncidentRaised).activity == body
    assert play.variables == {"x": 1}
    play.do("set_variable", "enough", 1, NOW)
    play.do("retry", body, NOW)
    assert play.completed


@pytest.mark.parametrize("kind", ["parallel", "sequential"])
def test_a_multi_instance_over_nothing_is_passed_and_has_no_results(kind: str) -> None:
    loop = many(kind, collection=python("[]"), result_collection="r", result_variable="x")
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    assert (play.completed, play.variables) == (True, {"r": []})


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    loop = many(collection=python("n"), element_variable="x")
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"), {"n": 3})
    assert "`n`, which is no list" in play.last(facts.IncidentRaised).message
    play.do("set_variable", "n", [1], NOW)
    play.retry("u")
    assert len(play.open) == 2


@pytest.mark.parametrize("value", ["-1", "'x'", "1.5", "True", "10 ** 9", "None"])
def test_a_number_of_instances_that_is_none_is_an_incident(value: str) -> None:
    play = Play(process(start(), user("u", loop=many(cardinality=python(value))), "start > u"))
    assert "has to be a whole number" in play.last(facts.IncidentRaised).message


def test_a_boundary_event_of_a_multi_instance_ends_all_of_it() -> None:
    play = Play(
        process(
            start(),
            user("u", loop=many(cardinality=python("3"))),
            boundary("b", "u", message("stop")),
            user("v"),
            "start > u",
            "b > v",
        )
    )
    assert len(play.all(facts.SubscriptionOpened)) == 1
    play.message("stop")
    assert play.open == ["v"]
    assert play.cancelled == ["u", "u", "u", "u"]


def test_sub_processes_in_a_multi_instance_have_variables_of_their_own() -> None:
    loop = many(collection=python("[1, 2]"), element_variable="x", result_collection="r", result_variable="y")
    inside = sub("s", user("u"), script("t", "y = x * 10 + z"), "u > t", variables=("z",), loop=loop)
    play = Play(process(start(), inside, end(), "start > s > end"))
    play.complete("u", 1, z=2)
    play.complete("u", 0, z=1)
    assert play.variables == {"r": [11, 22]}


def test_a_mapping_of_a_multi_instance_belongs_to_each_body() -> None:
    loop = many(collection=python("[1, 2]"), element_variable="x", result_collection="r", result_variable="y")
    task = user("u", loop=loop, inputs=(assign("double", "x * 2"),), outputs=(assign("y", "double + given"),))
    play = Play(process(start(), task, end(), "start > u > end"))
    play.complete("u", 1, given=10)
    play.complete("u", 1, given=20)
    assert play.variables == {"given": 20, "r": [12, 24]}


def test_a_call_activity_can_be_repeated() -> None:
    call = Call(text("other"), inputs=(assign("n", "loopCounter"),))
    play = Play(
        process(
            start(),
            node("c", Kind.CALL_ACTIVITY, call=call, loop=many(cardinality=python("2"))),
            end(),
            "start > c > end",
        )
    )
    called = play.all(facts.CallRequested)
    assert [f.variables for f in called] == [{"n": 0}, {"n": 1}]
    for fact in called:
        play.do("return_from_call", fact.activity, {}, NOW)
    assert play.completed


def test_a_standard_loop_counts_its_passes_from_one() -> None:
    loop = Loop("standard", loop_condition=python("loopCounter < 3"))
    play = Play(
        process(start(), script("s", "seen.append(loopCounter)", loop=loop), end(), "start > s > end"), {"seen": []}
    )
    assert play.variables == {"seen": [1, 2, 3]}
    assert [f.loop_counter for f in play.all(facts.ActivityStarted) if f.element == "s"] == [None, 1, 2, 3]


@pytest.mark.parametrize(
    ("loop", "passes"),
    [
        (Loop("standard", loop_condition=python("False")), 1),
        (Loop("standard", loop_condition=python("False"), test_before=True), 0),
        (Loop("standard", loop_condition=python("True"), loop_maximum=4), 4),
        (Loop("standard", loop_maximum=2), 2),
        (Loop("standard"), 1),
    ],
)
def test_a_standard_loop_runs_as_often_as_its_condition_and_maximum_say(loop: Loop, passes: int) -> None:
    play = Play(process(start(), script("s", "n = n + 1", loop=loop), end(), "start > s > end"), {"n": 0})
    assert (play.completed, play.variables) == (True, {"n": passes})
