"""Work for programs: the rows that workers fetch by topic."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from server.bpmn.definition import Process
from server.database import add_rows, db, new_id
from server.engine.facts import (
    ActivityCancelled,
    ActivitySkipped,
    ExternalTaskCompleted,
    ExternalTaskCreated,
    Fact,
    IncidentRaised,
    IncidentResolved,
)
from server.records.external_task import ExternalTask
from server.runtime.step import Step

_ENDS = (ExternalTaskCompleted, ActivityCancelled, ActivitySkipped)
TAKES = (ExternalTaskCreated, *_ENDS, IncidentRaised, IncidentResolved)


def take(step: Step, facts: Sequence[Fact]) -> None:
    if not _asks_workers(step.process):
        return
    asked: dict[int, dict[str, Any]] = {}
    gone: list[int] = []
    dead: list[int] = []
    resolved: set[int] = set()
    for fact in facts:
        if isinstance(fact, ExternalTaskCreated):
            asked[fact.activity] = _row(step, fact)
        elif isinstance(fact, IncidentResolved):
            resolved.add(fact.activity)
        elif isinstance(fact, IncidentRaised):
            dead.append(fact.activity)
        elif isinstance(fact, _ENDS) and asked.pop(fact.activity, None) is None:
            gone.append(fact.activity)
    _remove(step, gone)
    for activity in resolved & asked.keys():
        if _ask_again(step, asked[activity]):
            del asked[activity]
    add_rows(ExternalTask, list(asked.values()))
    _bury(step, dead)


def _asks_workers(process: Process) -> bool:
    """Only where a worker can be asked are the statements needed: most processes are spared them."""
    return any(
        element.external is not None or any(listener.work is not None for listener in element.listeners)
        for element in process.elements()
    )


def _remove(step: Step, activities: Sequence[int]) -> None:
    if activities:
        db.session.execute(
            delete(ExternalTask)
            .where(ExternalTask.instance_id == step.instance.id, ExternalTask.activity.in_(activities))
            .execution_options(synchronize_session=False)
        )


def _bury(step: Step, activities: Sequence[int]) -> None:
    """Nobody gets what has an incident."""
    if activities:
        db.session.execute(
            update(ExternalTask)
            .where(ExternalTask.instance_id == step.instance.id, ExternalTask.activity.in_(activities))
            .values(state="dead", held_until=None)
            .execution_options(synchronize_session=False)
        )


def _ask_again(step: Step, row: dict[str, Any]) -> bool:
    """What is tried again after an incident keeps its id. Whether it was there."""
    kept = ("id", "instance_id", "activity", "created_at", "revision")
    done = db.session.execute(
        update(ExternalTask)
        .where(ExternalTask.instance_id == step.instance.id, ExternalTask.activity == row["activity"])
        .values({name: value for name, value in row.items() if name not in kept})
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an update's result has it


def _row(step: Step, fact: ExternalTaskCreated) -> dict[str, Any]:
    return {
        "id": new_id(),
        "instance_id": step.instance.id,
        "activity": fact.activity,
        "definition_id": step.instance.definition_id,
        "element_key": fact.element,
        "topic": fact.topic,
        "headers": json.dumps(dict(fact.headers), separators=(",", ":"), ensure_ascii=False),
        "listener": fact.listener,
        "state": "free",
        "held_until": None,
        "worker": None,
        "account": None,
        "revision": 0,
        "retries": None,
        "retry_cycle": fact.retry_cycle,
        "error_message": None,
        "error_details": None,
        "priority": fact.priority,
        "rank": -fact.priority,
        "created_at": step.moment,
    }
