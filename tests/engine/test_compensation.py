"""Compensation and transactions: what is undone, in which order, with which variables, and who waits for it."""

from server.bpmn.definition import Element, Loop
from server.engine import facts
from tests.engine.models import (
    assign,
    boundary,
    cancel,
    compensation,
    end,
    error,
    event_sub,
    fork,
    message,
    process,
    python,
    script,
    start,
    sub,
    throw,
    timer,
    transaction,
    undone,
    user,
    xor,
)
from tests.engine.plays import Play

Parts = list["Element | str"]


def noted(key: str, source: str = "None") -> Parts:
    """A task that is passed, and one that undoes it by noting its name (and a value) in `log`."""
    return undone(script(key, "done = 1"), script(f"undo_{key}", f"log.append(['{key}', {source}])"))


def log(play: Play) -> list[str]:
    return [entry[0] for entry in play.variables["log"]]


def play(*parts: "Element | str", **variables: object) -> Play:
    return Play(process(start(), *parts), {"log": [], **variables})


def test_what_was_completed_is_undone_in_reverse_order() -> None:
    run = play(
        *noted("a"), *noted("b"), *noted("c"), throw("t", compensation()), user("u"), "start > a > b > c > t > u"
    )
    assert log(run) == ["c", "b", "a"]
    assert run.open == ["u"]
    assert [fact.element for fact in run.all(facts.ActivityCompensated)] == ["c", "b", "a"]
    assert run.finished[-7:] == ["c_c", "undo_c", "b_c", "undo_b", "a_c", "undo_a", "t"]


def test_one_activity_can_be_undone_alone_and_never_twice() -> None:
    once, twice = throw("once", compensation("a")), throw("twice", compensation())
    run = play(*noted("a"), *noted("b"), once, twice, user("u"), "start > a > b > once > twice > u")
    assert log(run) == ["a", "b"]


def test_what_is_still_going_on_is_not_undone() -> None:
    parts = undone(user("a"), script("undo_a", "log.append(['a'])"))
    run = play(*parts, fork("f"), throw("t", compensation()), user("u"), "start > f > a", "f > t > u")
    assert run.variables == {"log": []}
    assert run.open == ["a", "u"]


def test_the_thrower_waits_for_people_who_undo() -> None:
    parts = [*undone(user("a"), user("undo_a")), *undone(user("b"), user("undo_b"))]
    run = play(*parts, throw("t", compensation()), user("u"), "start > a > b > t > u")
    run.complete("a")
    run.complete("b")
    assert run.open == ["t", "undo_b"]
    run.complete("undo_b")
    assert run.open == ["t", "undo_a"]
    run.complete("undo_a")
    assert run.open == ["u"]


def test_a_thrower_that_does_not_wait_goes_on_beside_it() -> None:
    parts = undone(user("a"), user("undo_a"))
    run = play(*parts, throw("t", compensation(waits=False)), user("u"), "start > a > t > u")
    run.complete("a")
    assert run.open == ["undo_a", "u"]
    run.complete("u")
    assert not run.completed
    run.complete("undo_a")
    assert run.completed


def test_an_end_event_waits_as_well() -> None:
    run = play(*undone(user("a"), user("undo_a")), end("e", compensation()), "start > a > e")
    run.complete("a")
    assert run.open == ["e", "undo_a"]
    run.complete("undo_a")
    assert run.completed
    assert run.finished[-1] == "e"


def test_a_loop_round_an_activity_is_undone_as_often_as_it_was_gone_through() -> None:
    parts = noted("a", "done")
    run = play(
        *parts,
        script("count", "n = n + 1"),
        xor("x"),
        end("e", compensation()),
        "start > a > count > x",
        "x > a: n < 3",
        "x > e: default",
        n=0,
    )
    assert len(log(run)) == 3


def test_a_completed_sub_process_is_undone_from_inside_with_its_variables_as_they_were() -> None:
    body = sub("s", script("w", "own = n"), *noted("a", "own"), *noted("b", "n"), "w > a > b", variables=("own",))
    run = play(body, script("more", "n = 7"), throw("t", compensation()), user("u"), "start > s > more > t > u", n=1)
    assert run.variables["log"] == [["b", 7], ["a", 1]]
    assert run.open == ["u"]
    assert "own" not in run.variables


def test_each_pass_of_a_sub_process_keeps_its_own_variables() -> None:
    body = sub("s", script("w", "own = n"), *noted("a", "own"), "w > a", variables=("own",))
    parts = [body, script("count", "n = n + 1"), xor("x"), throw("t", compensation("s")), user("u")]
    run = play(*parts, "start > s > count > x", "x > s: n < 3", "x > t: default", "t > u", n=0)
    assert run.variables["log"] == [["a", 2], ["a", 1], ["a", 0]]


def test_an_event_sub_process_says_how_its_level_is_undone() -> None:
    how = event_sub(
        "how",
        start("h", compensation()),
        user("think"),
        throw("t2", compensation("a")),
        script("x", "log.append(['own', own])"),
        "h > think > t2 > x",
    )
    body = sub("s", script("w", "own = n"), *noted("a"), *noted("b"), how, "w > a > b", variables=("own",))
    run = play(body, throw("t", compensation()), user("u"), "start > s > t > u", n=5)
    assert run.open == ["t", "s", "how", "think"]
    run.complete("think")
    assert run.variables["log"] == [["a", None], ["own", 5]]
    assert run.open == ["u"]
    assert not [key for key in run.parts if key[0] == "c"]


def test_a_handler_at_the_border_undoes_a_sub_process_as_a_whole() -> None:
    body = sub("s", *noted("a"))
    run = play(
        *undone(body, script("whole", "log.append(['whole'])")),
        throw("t", compensation()),
        user("u"),
        "start > s > t > u",
    )
    assert log(run) == ["whole"]


def test_an_interrupted_sub_process_is_not_undone() -> None:
    body = sub("s", *noted("a"), user("w"), "a > w")
    late = boundary("late", "s", timer("duration", "PT1H"))
    run = play(body, late, throw("t", compensation()), user("u"), "start > s", "late > t > u")
    run.wait(hours=2)
    assert log(run) == []
    assert run.open == ["u"]
    assert not [key for key in run.parts if key[0] == "c"]


def test_an_error_event_sub_process_undoes_what_the_level_around_it_has_done() -> None:
    saved = event_sub("saved", start("h", error()), end("undo", compensation()), "h > undo")
    body = sub("s", *noted("a"), *noted("b"), end("bad", error("E")), saved, "a > b > bad")
    run = play(body, user("u"), "start > s > u")
    assert log(run) == ["b", "a"]
    assert run.open == ["u"]


def test_every_body_of_a_multi_instance_is_undone_with_its_own_item() -> None:
    loop = Loop("parallel", collection=python("items"), element_variable="item")
    parts = undone(user("a", loop=loop), script("undo_a", "log.append([item, loopCounter])"))
    run = play(*parts, throw("t", compensation()), user("u"), "start > a > t > u", items=["x", "y", "z"])
    for which in (1, 1, 0):
        run.complete("a", which + 1)
    assert run.variables["log"] == [["x", 0], ["z", 2], ["y", 1]]
    assert run.open == ["u"]


def test_every_body_of_a_sub_process_is_undone_from_inside() -> None:
    loop = Loop("sequential", collection=python("items"), element_variable="item")
    body = sub(
        "s",
        script("w", "own = item"),
        *noted("a", "own"),
        *noted("b", "item"),
        "w > a > b",
        loop=loop,
        variables=("own",),
    )
    run = play(body, end("e", compensation()), "start > s > e", items=["x", "y"])
    assert run.variables["log"] == [["b", "y"], ["a", "y"], ["b", "x"], ["a", "x"]]


def test_every_pass_of_a_standard_loop_is_undone_and_knows_its_number() -> None:
    parts = undone(
        script("a", "done = 1", loop=Loop("standard", loop_maximum=3)), script("undo_a", "log.append([loopCounter])")
    )
    run = play(*parts, end("e", compensation()), "start > a > e")
    assert run.variables["log"] == [[3], [2], [1]]


def test_bodies_that_were_not_needed_any_more_are_not_undone() -> None:
    loop = Loop("parallel", cardinality=python("3"), completion_condition=python("nrOfCompletedInstances >= 1"))
    parts = undone(user("a", loop=loop), script("undo_a", "log.append([loopCounter])"))
    run = play(*parts, throw("t", compensation()), user("u"), "start > a > t > u")
    run.complete("a", 2)
    assert run.variables["log"] == [[1]]


def test_the_handler_may_be_a_sub_process_or_a_loop_itself() -> None:
    handler = sub("undo_a", user("one"), user("two"), "one > two", loop=Loop("sequential", cardinality=python("2")))
    run = play(*undone(script("a", "done = 1"), handler), throw("t", compensation()), user("u"), "start > a > t > u")
    for element in ("one", "two", "one", "two"):
        run.complete(element)
    assert run.open == ["u"]


def test_a_handler_that_fails_is_tried_again() -> None:
    run = play(*noted("a", "missing"), throw("t", compensation()), user("u"), "start > a > t > u")
    assert [incident.element for incident in run.all(facts.IncidentRaised)] == ["undo_a"]
    run.do("set_variable", "missing", 3, run.moment)
    run.retry("undo_a")
    assert run.variables["log"] == [["a", 3]]
    assert run.open == ["u"]


def test_a_handler_that_an_operator_cancels_is_passed_over() -> None:
    parts = [*undone(user("a"), user("undo_a")), *undone(user("b"), user("undo_b"))]
    run = play(*parts, throw("t", compensation()), user("u"), "start > a > b > t > u")
    run.complete("a")
    run.complete("b")
    run.do("cancel_activity", run.at("undo_b"), run.moment)
    assert run.open == ["t", "undo_a"]


def test_an_error_of_a_handler_reaches_the_border_of_the_level() -> None:
    parts = undone(script("a", "done = 1"), script("undo_a", "raise BpmnError('E')"))
    body = sub("s", *parts, end("e", compensation()), "a > e")
    run = play(body, boundary("b", "s", error()), user("u"), "start > s", "b > u")
    assert run.open == ["u"]


def test_a_boundary_event_of_a_handler_ends_it_and_the_rest_is_undone() -> None:
    parts = [*undone(user("a"), user("undo_a")), *undone(user("b"), user("undo_b"))]
    late = boundary("late", "undo_b", timer("duration", "PT1H"))
    run = play(
        *parts, late, user("remind"), throw("t", compensation()), user("u"), "start > a > b > t > u", "late > remind"
    )
    run.complete("a")
    run.complete("b")
    run.wait(hours=1)
    assert run.open == ["t", "undo_a", "remind"]


def test_variables_of_an_input_mapping_end_with_the_activity_all_the_same() -> None:
    first = script("a", "done = 1", inputs=(assign("own", "n"),))
    run = play(
        *undone(first, script("undo_a", "log.append(['own' in execution_names])")),
        user("u"),
        "start > a > u",
        execution_names=[],
        n=1,
    )
    assert not [key for key in run.parts if key[0] == "v" and not key.startswith("v0:")]


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    body = transaction(
        "t",
        *noted("a"),
        *noted("b"),
        fork("f"),
        user("w"),
        xor("x"),
        end("stop", cancel()),
        "a > b > f > w",
        "f > x > stop",
    )
    run = play(body, boundary("c", "t", cancel()), user("after"), user("well"), "start > t > well", "c > after")
    assert log(run) == ["b", "a"]
    assert run.open == ["after"]
    assert run.cancelled == ["w", "t"]
    assert "stop" in run.finished


def test_a_transaction_waits_until_everything_is_undone_before_it_is_left() -> None:
    body = transaction("t", *undone(user("a"), user("undo_a")), end("stop", cancel()), "a > stop")
    run = play(body, boundary("c", "t", cancel()), user("after"), "start > t", "c > after")
    run.complete("a")
    assert run.open == ["t", "undo_a"]
    run.complete("undo_a")
    assert run.open == ["after"]


def test_a_cancel_end_event_in_a_sub_process_cancels_the_transaction_around_it() -> None:
    inner = sub("s", end("stop", cancel()))
    run = play(
        transaction("t", *noted("a"), inner, user("w"), "a > s > w"),
        boundary("c", "t", cancel()),
        user("after"),
        "start > t",
        "c > after",
    )
    assert log(run) == ["a"]
    assert run.open == ["after"]


def test_a_transaction_in_which_nothing_was_done_is_left_at_once() -> None:
    run = play(
        transaction("t", end("stop", cancel())), boundary("c", "t", cancel()), user("after"), "start > t", "c > after"
    )
    assert run.open == ["after"]


def test_a_transaction_that_succeeds_can_be_undone_later() -> None:
    body = transaction("t", *noted("a"), end("good"), "a > good")
    run = play(body, boundary("c", "t", cancel()), end("e", compensation()), "start > t > e")
    assert log(run) == ["a"]


def test_an_error_leaves_a_transaction_without_undoing_anything() -> None:
    body = transaction("t", *noted("a"), end("bad", error("E")), "a > bad")
    run = play(body, boundary("b", "t", error()), user("u"), "start > t", "b > u")
    assert log(run) == []
    assert run.open == ["u"]


def test_what_is_thrown_in_a_sub_process_does_not_undo_what_lies_outside() -> None:
    run = play(*noted("a"), sub("s", *noted("b"), throw("t", compensation()), "b > t"), user("u"), "start > a > s > u")
    assert log(run) == ["b"]


def test_an_interrupting_event_sub_process_stops_the_undoing() -> None:
    helped = event_sub("helped", start("h", message("help")), user("rescue"), "h > rescue")
    run = play(*undone(user("a"), user("undo_a")), helped, throw("t", compensation()), user("u"), "start > a > t > u")
    run.complete("a")
    run.message("help")
    assert run.open == ["helped", "rescue"]
    assert run.cancelled == ["t", "undo_a"]


def test_a_timer_can_interrupt_the_event_that_waits_and_the_undoing_ends_with_its_level() -> None:
    body = sub("s", *undone(user("a"), user("undo_a")), end("e", compensation()), "a > e")
    run = play(body, boundary("late", "s", timer("duration", "PT1H")), user("u"), "start > s", "late > u")
    run.complete("a")
    run.wait(hours=1)
    assert run.open == ["u"]
    assert not [key for key in run.parts if key[0] == "c"]
