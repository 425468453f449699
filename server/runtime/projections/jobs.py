"""Work that runs by itself: the outbox of a step, in the step's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, tuple_

from server.database import add_rows, db
from server.engine.facts import (
    ActivityCancelled,
    ConnectorCalled,
    ContinuationRequested,
    Fact,
    MessageThrown,
    SignalThrown,
    TimerCleared,
    TimerSet,
)
from server.expressions import values
from server.records.job import Job
from server.runtime.jobs import new_job
from server.runtime.step import Step

TAKES = (
    TimerSet,
    TimerCleared,
    ConnectorCalled,
    ContinuationRequested,
    MessageThrown,
    SignalThrown,
    ActivityCancelled,
)
_OWNED = ("connector", "continuation")  # jobs that end with their activity; thrown messages have left


def take(step: Step, facts: Sequence[Fact]) -> None:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    timers_gone: list[tuple[int, int]] = []
    activities_gone: list[int] = []
    for fact in facts:
        if isinstance(fact, TimerCleared):
            if rows.pop(("timer", fact.activity, fact.number), None) is None:
                timers_gone.append((fact.activity, fact.number))
        elif isinstance(fact, ActivityCancelled):
            activities_gone.append(fact.activity)
            for kind in _OWNED:
                rows.pop((kind, fact.activity), None)
        else:
            key, row = _job(step, fact)
            rows[key] = row
    _clear(step, timers_gone, activities_gone)
    add_rows(Job, list(rows.values()))


def _clear(step: Step, timers: Sequence[tuple[int, int]], activities: Sequence[int]) -> None:
    if timers:
        of_them = tuple_(Job.activity, Job.number).in_(timers)
        db.session.execute(
            delete(Job)
            .where(Job.instance_id == step.instance.id, Job.kind == "timer", of_them)
            .execution_options(synchronize_session=False)
        )
    if activities and any(
        e.connector or e.asynchronous_before or e.asynchronous_after for e in step.process.elements()
    ):
        db.session.execute(
            delete(Job)
            .where(Job.instance_id == step.instance.id, Job.activity.in_(activities), Job.kind.in_(_OWNED))
            .execution_options(synchronize_session=False)
        )


def _job(step: Step, fact: Fact) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if isinstance(fact, TimerSet):
        row = _row(step, "timer", fact.activity, fact.element, {}, due=fact.due)
        row.update(number=fact.number, priority=fact.priority)
        return ("timer", fact.activity, fact.number), row
    if isinstance(fact, ConnectorCalled):
        payload = {"connector": fact.connector, "parameters": values.encode(dict(fact.parameters))}
        row = _row(step, "connector", fact.activity, fact.element, payload, retry_cycle=fact.retry_cycle)
        row.update(priority=fact.priority, exclusive=fact.exclusive)
        return ("connector", fact.activity), row
    if isinstance(fact, ContinuationRequested):
        row = _row(step, "continuation", fact.activity, fact.element, {}, retry_cycle=fact.retry_cycle)
        row.update(priority=fact.priority, exclusive=fact.exclusive)
        return ("continuation", fact.activity), row
    assert isinstance(fact, MessageThrown | SignalThrown)
    payload = {"name": fact.name, "payload": values.encode(dict(fact.payload))}
    if isinstance(fact, MessageThrown):
        payload["correlation_key"] = fact.correlation_key or step.instance.business_key
        payload["time_to_live"] = fact.time_to_live
    kind = "message" if isinstance(fact, MessageThrown) else "signal"
    row = _row(step, kind, fact.activity, fact.element, payload)
    return (kind, row["id"]), row


def _row(
    step: Step,
    kind: str,
    activity: int,
    element: str,
    payload: dict[str, Any],
    due: datetime | None = None,
    retry_cycle: str | None = None,
) -> dict[str, Any]:
    row = new_job(kind, due or step.moment, step.moment, payload, retry_cycle)
    row.update(instance_id=step.instance.id, activity=activity, element_key=element)
    return row
