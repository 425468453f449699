"""Visits to elements: one row a visit, written once where it began and ended in the same step."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, update

from server.database import add_rows, change, table
from server.engine.facts import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityStarted,
    Fact,
    IncidentRaised,
    IncidentResolved,
    UserTaskCompleted,
)
from server.records.activity_instance import ActivityInstance
from server.runtime.step import Step

Change = ActivityCompleted | ActivityCancelled | IncidentRaised | IncidentResolved | UserTaskCompleted
TAKES = (ActivityStarted, ActivityCompleted, ActivityCancelled, IncidentRaised, IncidentResolved, UserTaskCompleted)
_rows = table(ActivityInstance).c
_CHANGE = (
    update(table(ActivityInstance))
    .where(_rows.instance_id == bindparam("instance_id_"), _rows.activity == bindparam("activity_"))
    .values(
        state=bindparam("state"),
        ended_at=bindparam("ended_at"),
        # Only completing a user task knows a person; no later change takes the name away.
        person_id=func.coalesce(bindparam("person_id"), _rows.person_id),
    )
)


def take(step: Step, facts: Sequence[Fact]) -> None:
    begun: dict[int, dict[str, Any]] = {}
    changed: dict[int, dict[str, Any]] = {}
    for fact in facts:
        if isinstance(fact, ActivityStarted):
            begun[fact.activity] = _row(step, fact)
        elif isinstance(fact, Change):
            row = begun.get(fact.activity) or changed.setdefault(fact.activity, _unchanged(fact.activity))
            row.update(_change(step, fact))
    add_rows(ActivityInstance, list(begun.values()))
    for row in changed.values():
        row["instance_id_"] = step.instance.id
    if changed:
        change(_CHANGE, list(changed.values()))


def _row(step: Step, fact: ActivityStarted) -> dict[str, Any]:
    return {
        "instance_id": step.instance.id,
        "activity": fact.activity,
        "element_key": fact.element,
        "state": "active",
        "started_at": step.moment,
        "ended_at": None,
        "outer": fact.outer,
        "loop_counter": fact.loop_counter,
        "person_id": None,
        "called_id": None,
    }


def _unchanged(activity: int) -> dict[str, Any]:
    return {"activity_": activity, "state": "active", "ended_at": None, "person_id": None}


def _change(step: Step, fact: Change) -> dict[str, Any]:
    if isinstance(fact, UserTaskCompleted):
        return {"person_id": fact.person}
    if isinstance(fact, ActivityCompleted):
        return {"state": "completed", "ended_at": step.moment}
    if isinstance(fact, ActivityCancelled):
        return {"state": "cancelled", "ended_at": step.moment}
    return {"state": "failed" if isinstance(fact, IncidentRaised) else "active", "ended_at": None}
