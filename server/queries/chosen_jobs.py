"""Jobs as programs choose them: those of instances, with what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime.access import visible_instances
from server.runtime.selecting import Selection, Where, conditions, part

COLUMNS: Mapping[str, Any] = {
    "id": Job.id,
    "kind": Job.kind,
    "state": Job.state,
    "error": Job.error,
    "due_at": Job.due_at,
    "created_at": Job.created_at,
    "element_key": Job.element_key,
    "instance_id": Job.instance_id,
    "instance_state": ProcessInstance.state,
    "definition_id": ProcessInstance.definition_id,
    "process_key": ProcessDefinition.key,
    "attempts_left": Job.attempts_allowed - Job.attempts,
    "priority": Job.priority,
}


@dataclass(frozen=True)
class JobRow:
    """One job of an instance."""

    id: str
    kind: str
    error: str | None
    element_key: str | None
    attempts_left: int
    priority: int
    due_at: datetime
    created_at: datetime
    is_suspended: bool
    instance_id: str
    definition_id: str
    process_key: str
    version: int


def listed(actor: Actor, wanted: Selection) -> tuple[JobRow, ...]:
    """Jobs of instances that the actor may see. Raises Forbidden, Invalid."""
    return tuple(_row(each) for each in db.session.execute(part(_statement(actor), COLUMNS, wanted, Job.id)))


def count(actor: Actor, wanted: Selection) -> int:
    chosen = _statement(actor).where(*conditions(COLUMNS, wanted.where)).with_only_columns(func.count())
    return db.session.scalar(chosen) or 0


def job(actor: Actor, job_id: str) -> JobRow:
    """One of them. Raises NotFound, Forbidden."""
    found = listed(actor, Selection((Where("id", job_id),)))
    if not found:
        raise NotFound("There is no job with this id; it may be done already.")
    return found[0]


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(f"You may not {Permission.SEE_OPERATIONS}.")
    return (
        select(
            Job,
            ProcessInstance.state.label("instance_state"),
            ProcessInstance.definition_id.label("definition"),
            ProcessDefinition.key,
            ProcessDefinition.version,
        )
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(visible_instances(actor))
    )


def _row(found: Any) -> JobRow:
    row: Job = found.Job
    assert row.instance_id is not None, "the statement joins the instance"
    return JobRow(
        row.id,
        row.kind,
        row.error,
        row.element_key,
        max(0, row.attempts_allowed - row.attempts) if row.state == "ready" else 0,
        row.priority,
        row.due_at,
        row.created_at,
        found.instance_state == "suspended",
        row.instance_id,
        found.definition,
        found.key,
        found.version,
    )
