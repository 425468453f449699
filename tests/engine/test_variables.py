"""Variables live in scopes: what is written where, what leaves an activity, what is reported."""

from datetime import UTC, date, datetime

import pytest

from server.bpmn.definition import Assign, Assignment, Call, ConnectorCall, Kind
from server.engine import facts
from server.engine.facts import VariableChanged
from server.errors import Invalid
from server.expressions import Expression
from tests.engine.models import assign, end, fork, juel, node, process, python, script, start, sub, text, user
from tests.engine.plays import NOW, Play


def test_variables_of_two_branches_are_not_merged_at_the_join() -> None:
    play = Play(
        process(
            start(),
            fork("f"),
            script("a", "x = 1\nitems.append('a')"),
            user("u"),
            script("b", "items.append('b')"),
            fork("j"),
            end(),
            "start > f > a > j > end",
            "f > u > b > j",
        ),
        {"x": 0, "items": []},
    )
    play.complete("u")
    assert play.variables == {"x": 1, "items": ["a", "b"]}


def test_only_what_really_changed_is_reported() -> None:
    play = Play(
        process(start(), user("u"), script("s", "x = x\nlist.append(1)\ny = 2"), end(), "start > u > s > end"),
        {"x": 1, "list": []},
    )
    play.complete("u", x=1)
    changed = [(f.name, f.value) for f in play.last_facts if isinstance(f, VariableChanged)]
    assert sorted(changed) == [("list", [1]), ("y", 2)]


def test_a_reported_value_is_a_snapshot_that_later_changes_leave_alone() -> None:
    play = Play(
        process(start(), script("s", "l.append(1)"), script("t", "l.append(2)"), end(), "start > s > t > end"),
        {"l": []},
    )
    assert [f.value for f in play.all(VariableChanged)] == [[], [1], [1, 2]]


def test_two_variables_never_share_a_list() -> None:
    play = Play(
        process(start(), script("s", "b = a"), script("t", "b.append(1)"), end(), "start > s > t > end"), {"a": []}
    )
    assert play.variables == {"a": [], "b": [1]}


def test_what_a_failed_script_has_written_is_not_kept() -> None:
    play = Play(process(start(), script("s", "a.append(1)\nb = 1\nc = missing"), "start > s"), {"a": []})
    assert play.variables == {"a": []}
    assert play.open == ["s"]


def test_a_declared_variable_of_a_sub_process_ends_with_it() -> None:
    play = Play(
        process(
            start(),
            sub("s", script("a", "inner = 1\nouter = 2"), user("u"), "a > u", variables=("inner",)),
            end(),
            "start > s > end",
        )
    )
    assert play.variables == {"outer": 2}
    scope = play.at("s")
    assert [(f.name, f.value, f.scope) for f in play.all(VariableChanged)] == [
        ("inner", None, scope),
        ("inner", 1, scope),
        ("outer", 2, 0),
    ]
    play.complete("u", inner=5)
    assert play.variables == {"outer": 2}


def test_an_input_mapping_is_local_and_an_output_mapping_carries_it_outside() -> None:
    task = user("u", inputs=(assign("limit", "x * 2"),), outputs=(assign("verdict", "'ok' if approved else limit"),))
    play = Play(process(start(), task, end(), "start > u > end"), {"x": 4})
    assert play.variables == {"x": 4}
    play.complete("u", approved=False, limit=9)
    assert play.variables == {"x": 4, "approved": False, "verdict": 9}


@pytest.mark.parametrize("outputs", [(), (assign("seen", "True"),)], ids=["without outputs", "with outputs"])
def test_submitted_values_go_to_where_their_names_belong(outputs: tuple[Assign, ...]) -> None:
    task = user("u", inputs=(assign("local", "1"),), outputs=outputs)
    play = Play(process(start(), task, end(), "start > u > end"))
    play.complete("u", local=2, free=3)
    assert play.variables == {"free": 3, **({"seen": True} if outputs else {})}


def test_an_output_mapping_can_ask_who_did_the_task() -> None:
    task = user(
        "u",
        outputs=(assign("by", "1"), Assign("who", juel("${task.assignee}")), Assign("me", juel("${currentUser()}"))),
    )
    play = Play(process(start(), task, end(), "start > u > end"))
    play.complete("u")
    assert play.variables == {"by": 1, "who": "grace", "me": "grace"}


def test_a_user_task_says_who_it_is_for_and_by_when() -> None:
    assignment = Assignment(
        assignee=juel("${boss}"),
        candidate_users=(text("a, b"), python("['b', 'c']")),
        candidate_groups=(text("staff"),),
        excluded_users=(juel("${requester}"),),
        due=text("P2D"),
        follow_up=text("2026-02-01"),
        priority=text("70"),
    )
    play = Play(
        process(start(), user("u", name="Check ${order}", assignment=assignment), "start > u"),
        {"boss": "eve", "requester": "ada", "order": 7},
        zone="Europe/Berlin",
    )
    created = play.last(facts.UserTaskCreated)
    assert created == facts.UserTaskCreated(
        activity=play.at("u"),
        element="u",
        name="Check 7",
        assignee="eve",
        candidate_users=("a", "b", "c"),
        candidate_groups=("staff",),
        excluded_users=("ada",),
        due=datetime(2026, 1, 7, 12, tzinfo=UTC),
        follow_up=datetime(2026, 1, 31, 23, tzinfo=UTC),
        priority=70,
    )


def test_a_due_date_that_is_none_is_an_incident_before_anybody_sees_the_task() -> None:
    play = Play(process(start(), user("u", assignment=Assignment(due=text("soon"))), "start > u"))
    assert "due date `soon`" in play.last(facts.IncidentRaised).message
    assert not play.all(facts.UserTaskCreated)


@pytest.mark.parametrize("priority", [2**31, -(2**31), 10**5000, "high"], ids=range(4))
def test_a_priority_that_no_list_can_be_sorted_by_is_an_incident(priority: object) -> None:
    urgent = user("u", assignment=Assignment(priority=juel("${urgency}")))
    play = Play(process(start(), urgent, "start > u"), {"urgency": priority})
    assert play.last(facts.IncidentRaised).message.startswith("The priority has to be a whole number")
    assert not play.all(facts.UserTaskCreated)


def test_values_keep_their_types_through_the_parts() -> None:
    day = date(2026, 1, 1)
    play = Play(process(start(), user("u"), end(), "start > u > end"), {"d": day, "m": {"$date": "x"}, "n": None})
    play.complete("u", t=NOW)
    assert play.variables == {"d": day, "m": {"$date": "x"}, "n": None, "t": NOW}


def test_a_submitted_value_that_cannot_be_kept_is_refused() -> None:
    play = Play(process(start(), user("u"), end(), "start > u > end"))
    with pytest.raises(Invalid):
        play.straight.complete_user_task(play.at("u"), {"x": object()}, "grace", NOW)


def test_a_variable_can_be_set_and_removed_from_outside() -> None:
    play = Play(process(start(), user("u", inputs=(assign("local", "1"),)), "start > u"), {"x": 1})
    play.do("set_variable", "x", 2, NOW)
    play.do("set_variable", "local", 5, NOW, play.at("u"))
    assert play.last(VariableChanged) == VariableChanged("local", 5, play.at("u"), play.at("u"))
    play.do("remove_variable", "x", NOW)
    assert play.last(VariableChanged) == VariableChanged("x", None, 0, None, removed=True)
    assert play.variables == {}


def test_a_connector_is_given_its_inputs_and_its_answer_is_mapped() -> None:
    connector = ConnectorCall(
        "http", (assign("url", "'/' + path"),), (assign("status", "statusCode"), assign("body", "response['a']"))
    )
    service = node("s", Kind.SERVICE_TASK, connector=connector, retry_cycle="R3/PT1M")
    play = Play(process(start(), service, end(), "start > s > end"), {"path": "x"})
    called = play.last(facts.ConnectorCalled)
    assert (called.connector, called.parameters, called.retry_cycle) == ("http", {"url": "/x"}, "R3/PT1M")
    play.do("complete_connector", called.activity, {"statusCode": 200, "response": {"a": 1}}, NOW)
    assert play.completed
    assert play.variables == {"path": "x", "status": 200, "body": 1}


def test_outputs_of_a_connector_that_fail_are_tried_again_without_doing_the_work_again() -> None:
    connector = ConnectorCall("http", (), (assign("status", "statusCode + more"),))
    play = Play(process(start(), node("s", Kind.SERVICE_TASK, connector=connector), end(), "start > s > end"))
    play.do("complete_connector", play.at("s"), {"statusCode": 200}, NOW)
    assert play.last(facts.IncidentRaised).names == ("more", "statusCode")
    play.do("set_variable", "more", 1, NOW)
    play.retry("s")
    assert play.variables == {"more": 1, "status": 201}
    assert len(play.all(facts.ConnectorCalled)) == 1


def test_a_service_expression_puts_its_value_into_a_variable() -> None:
    service = node("s", Kind.SERVICE_TASK, service=juel("${x + 1}"), service_result="y")
    assert Play(process(start(), service, end(), "start > s > end"), {"x": 1}).variables == {"x": 1, "y": 2}


def test_a_script_of_one_expression_puts_its_value_into_a_variable() -> None:
    task = node("s", Kind.SCRIPT_TASK, script=python("x * 2"), script_result="y")
    assert Play(process(start(), task, end(), "start > s > end"), {"x": 2}).variables == {"x": 2, "y": 4}


def test_a_script_sees_the_execution() -> None:
    source = "execution.setVariable('k', execution.businessKey)\ne = execution.currentActivityId"
    play = Play(process(start(), script("s", source), end(), "start > s > end"), business_key="A-1")
    assert play.variables == {"k": "A-1", "e": "s"}


def test_only_what_the_mapping_names_crosses_the_border_of_a_call() -> None:
    call = Call(
        text("other"), "version", text("3"), (assign("a", "x"),), (assign("y", "b"),), business_key=juel("${x}")
    )
    play = Play(process(start(), node("c", Kind.CALL_ACTIVITY, call=call), end(), "start > c > end"), {"x": 1, "z": 2})
    assert play.last(facts.CallRequested) == facts.CallRequested(
        play.at("c"), "c", "other", "version", "3", {"a": 1}, "1"
    )
    play.do("return_from_call", play.at("c"), {"b": 5, "z": 9}, NOW)
    assert play.completed
    assert play.variables == {"x": 1, "z": 2, "y": 5}


def test_all_variables_cross_the_border_of_a_call_if_the_model_says_so() -> None:
    call = Call(Expression("other", "text"), all_inputs=True, all_outputs=True)
    play = Play(process(start(), node("c", Kind.CALL_ACTIVITY, call=call), end(), "start > c > end"), {"x": 1})
    assert play.last(facts.CallRequested).variables == {"x": 1}
    play.do("return_from_call", play.at("c"), {"x": 2, "y": 3}, NOW)
    assert play.variables == {"x": 2, "y": 3}
