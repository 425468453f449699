"""Deadlines of user tasks: told before, when they pass, and then to others; they go with the user task."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import groups, notice_policies, people, process_instances, user_task_changes, user_tasks
from server.commands.notice_policies import Settled
from server.database import db
from server.errors import Invalid
from server.identity.actor import CONSOLE, person_actor
from server.records.job import Job
from server.records.notice import Notice
from server.records.user_task import UserTask
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"clerks"}))
OLGA = person_actor("olga", "Olga", frozenset({"operator"}))
PEOPLE = ("ann", "bob", "cora", "olga")
OFFERED = (
    '<startEvent id="begin"/><userTask id="check" name="Check it" camunda:candidateGroups="clerks"'
    ' camunda:dueDate="2026-11-26T09:00:00Z"/><endEvent id="done"/>' + flows("begin>check", "check>done")
)


@pytest.fixture(autouse=True)
def house(app: Flask) -> None:
    clock.freeze(MONDAY)
    for person in PEOPLE:
        people.create(CONSOLE, person, person.title(), "a long password", ["participant"])
    groups.create(CONSOLE, "clerks", "Clerks")
    groups.add_member(CONSOLE, "clerks", "ann")
    groups.add_member(CONSOLE, "clerks", "bob")
    groups.add_member(CONSOLE, "clerks", "cora", leads=True)
    deploy(("request", OFFERED))


def start() -> UserTask:
    instance_id = process_instances.start(ANN, "request", {}).instance_id
    return db.session.scalars(select(UserTask).where(UserTask.instance_id == instance_id)).one()


def deadlines() -> list[datetime]:
    db.session.rollback()
    return list(db.session.scalars(select(Job.due_at).where(Job.kind == "deadline").order_by(Job.due_at)))


def told_after(settings: Settings, **passed: float) -> list[tuple[str, str]]:
    """Who has been told what once so much time has passed since Monday."""
    clock.freeze(MONDAY + timedelta(**passed))
    while work_once(settings, "test", {}):
        pass
    found = db.session.execute(select(Notice.kind, Notice.person_id).order_by(Notice.told_at, Notice.person_id))
    return [(kind, person) for kind, person in found if kind != "assigned"]


def settle(due_soon: int, escalate_after: int, *escalate_to: str) -> None:
    rule = Settled(due_soon, escalate_after, escalate_to, "at_once", "08:00", "", "")
    notice_policies.settle(CONSOLE, "request", (), rule)


def test_all_who_may_take_it_are_told_a_day_before_it_is_due(settings: Settings) -> None:
    start()
    assert told_after(settings, days=1, hours=23) == []
    assert told_after(settings, days=2) == [("due_soon", "ann"), ("due_soon", "bob"), ("due_soon", "cora")]


def test_who_has_it_is_told_alone(settings: Settings) -> None:
    user_tasks.claim(ANN, start().id)
    assert told_after(settings, days=3) == [("due_soon", "ann"), ("overdue", "ann")]


def test_a_day_later_those_who_lead_the_group_are_told(settings: Settings) -> None:
    user_tasks.claim(ANN, start().id)
    assert told_after(settings, days=4)[2:] == [("escalated", "cora")]
    assert deadlines() == []


def test_it_is_escalated_to_whom_the_process_names(settings: Settings) -> None:
    settle(0, 60, "olga", "user:bob")
    user_tasks.claim(ANN, start().id)
    told = told_after(settings, days=3, hours=1)
    assert told == [("overdue", "ann"), ("escalated", "bob"), ("escalated", "cora"), ("escalated", "olga")]


def test_nothing_is_told_of_what_is_done(settings: Settings) -> None:
    user_tasks.complete(ANN, start().id, {})
    assert deadlines() == []
    assert [kind for kind, _ in told_after(settings, days=9)] == []


def test_a_request_that_is_withdrawn_takes_its_deadlines_along() -> None:
    process_instances.withdraw(ANN, start().instance_id, "Not needed")
    assert deadlines() == []


def test_a_due_date_that_is_changed_takes_its_deadline_along() -> None:
    row, later = start(), MONDAY + timedelta(days=10)
    user_task_changes.change(OLGA, row.id, 50, later, None)
    assert deadlines() == [later - timedelta(days=1)]
    user_task_changes.change(OLGA, row.id, 50, None, None)
    assert deadlines() == []


def test_who_gets_what_is_due_within_the_time_is_not_told_that_too() -> None:
    row, soon = start(), MONDAY + timedelta(hours=2)
    user_task_changes.change(OLGA, row.id, 50, soon, None)
    assert deadlines() == [soon]


def test_deadlines_that_run_follow_what_the_process_settles_later(settings: Settings) -> None:
    start()
    settle(60, 60)
    told_after(settings)
    assert deadlines() == [MONDAY + timedelta(days=3, hours=-1)]
    notice_policies.unsettle(CONSOLE, "request")
    told_after(settings)
    assert deadlines() == [MONDAY + timedelta(days=2)]


def test_nobody_is_escalated_to_who_is_not_there() -> None:
    with pytest.raises(Invalid, match='no person or group "nobody"'):
        settle(60, 60, "nobody")
