"""An instance that begins before elements that somebody names, and not at its start event."""

from dataclasses import replace

import pytest

from server.bpmn.definition import Assignment, ExternalWork, Listener, Trigger
from server.engine import facts
from server.errors import Invalid
from server.expressions import Expression
from tests.engine.models import boundary, end, fork, message, node, process, python, script, start, sub, text, user
from tests.engine.plays import Play

TERMINATE = Trigger("terminate")


def writes(source: str) -> Listener:
    return Listener("start", script=python(source))


def test_it_begins_where_somebody_says_with_its_variables_and_visits_no_start_event() -> None:
    made = process(start(), user("a"), script("add", "x = x + 1"), user("b"), end(), "start > a > add > b > end")
    play = Play(made, {"x": 1}, before=("add",))
    assert play.facts[0] == facts.InstanceStarted("add")
    assert play.open == ["b"]
    assert play.variables["x"] == 2
    assert {fact.element for fact in play.all(facts.ActivityStarted)} == {"add", "b"}
    play.complete("b")
    assert play.completed
    assert play.facts[-1] == facts.InstanceCompleted()


def test_it_begins_before_several_elements_in_their_order() -> None:
    made = process(start(), fork("f"), user("a"), user("b"), fork("j"), end(), "start > f > a > j > end", "f > b > j")
    play = Play(made, before=("b", "a"))
    assert play.open == ["b", "a"]
    play.complete("a")
    play.complete("b")
    assert play.completed


def test_a_second_element_is_begun_though_the_first_has_come_to_its_end() -> None:
    play = Play(process(start(), node("quick"), user("a"), "start > a"), before=("quick", "a"))
    assert play.open == ["a"]
    assert play.finished == ["quick"]


def test_it_ends_at_once_when_nothing_is_left_of_all_that_was_begun() -> None:
    play = Play(process(start(), user("a"), end("x"), end("y"), "start > a > x"), before=("x", "y"))
    assert play.completed
    assert play.finished == ["x", "y"]
    assert [type(fact) for fact in play.facts].count(facts.InstanceCompleted) == 1


def test_a_token_is_put_into_a_sub_process_that_was_begun_before() -> None:
    made = process(start(), sub("s", user("a"), user("b"), "a > b"), user("z"), "start > s > z")
    play = Play(made, before=("s", "b"))
    assert play.open == ["s", "a", "b"]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (("nowhere",), "no element 'nowhere'"),
        (("u", "nowhere"), "no element 'nowhere'"),
        (("a",), "which is not running: begin before that"),
        (("b",), "boundary event"),
        (("stop", "u"), "'u': an element before it in the list has ended the instance"),
    ],
)
def test_where_no_token_can_appear_nothing_begins(before: tuple[str, ...], words: str) -> None:
    made = process(
        start(),
        user("u"),
        sub("s", user("a")),
        boundary("b", "s", message("m")),
        end("stop", TERMINATE),
        "start > u > s > stop",
    )
    with pytest.raises(Invalid, match=words):
        Play(made, before=before)


def test_a_process_that_only_a_message_starts_can_begin_elsewhere() -> None:
    play = Play(process(start("start", message("m")), user("a"), "start > a"), before=("a",))
    assert play.open == ["a"]


def test_the_variable_that_tells_who_started_is_there() -> None:
    asked = user("a", assignment=Assignment(assignee=Expression("${boss}", "juel")))
    play = Play(process(start(initiator_variable="boss"), asked, "start > a"), before=("a",))
    assert play.last(facts.UserTaskCreated).assignee == "ada"


def test_event_sub_processes_listen() -> None:
    made = process(
        start(),
        user("a"),
        sub("alarm", start("rung", message("ring")), user("see"), "rung > see", triggered_by_event=True),
        "start > a",
    )
    play = Play(made, before=("a",))
    play.message("ring")
    assert "see" in play.open


def test_what_listens_to_the_start_of_the_process_hears_it() -> None:
    made = process(start(), user("a"), "start > a")
    heard = replace(made, level=replace(made.level, start_listeners=(writes("x = 1"), writes("x = x + 1"))))
    assert Play(heard, before=("a",)).variables["x"] == 2


@pytest.mark.parametrize(
    ("listener", "words"),
    [
        (writes("x = missing"), "listens to the start fails"),
        (Listener("start", work=ExternalWork(text("index"))), "A worker listens"),
    ],
)
def test_a_start_that_cannot_be_told_is_none(listener: Listener, words: str) -> None:
    made = process(start(), user("a"), "start > a")
    with pytest.raises(Invalid, match=words):
        Play(replace(made, level=replace(made.level, start_listeners=(listener,))), before=("a",))


def test_boundary_events_of_where_it_begins_listen() -> None:
    made = process(start(), user("a"), boundary("b", "a", message("m")), user("z"), "start > a", "b > z")
    play = Play(made, before=("a",))
    play.message("m")
    assert play.open == ["z"]
