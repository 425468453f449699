"""What has happened, as programs choose it: visits to elements, incidents, commands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.definition import ProcessDefinition
from server.records.incident import Incident
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access, definitions
from server.runtime.selecting import Selection, conditions, part

VISITS: Mapping[str, Any] = {
    "activity": ActivityInstance.activity,
    "element_key": ActivityInstance.element_key,
    "state": ActivityInstance.state,
    "started_at": ActivityInstance.started_at,
    "ended_at": ActivityInstance.ended_at,
    "person_id": ActivityInstance.person_id,
    "instance_id": ActivityInstance.instance_id,
    "definition_id": ProcessInstance.definition_id,
    "process_key": ProcessDefinition.key,
}
INCIDENTS: Mapping[str, Any] = {
    "id": Incident.id,
    "kind": Incident.kind,
    "message": Incident.message,
    "element_key": Incident.element_key,
    "raised_at": Incident.raised_at,
    "resolved_at": Incident.resolved_at,
    "instance_id": Incident.instance_id,
    "definition_id": Incident.definition_id,
    "process_key": ProcessDefinition.key,
}
OPERATIONS: Mapping[str, Any] = {
    "id": AuditEntry.id,
    "at": AuditEntry.at,
    "actor": AuditEntry.actor,
    "command": AuditEntry.command,
    "subject": AuditEntry.subject,
    "instance_id": AuditEntry.instance_id,
}


@dataclass(frozen=True)
class VisitRow:
    """One visit of an instance to an element."""

    instance_id: str
    activity: int
    outer: int | None
    element_key: str
    name: str
    kind: str
    state: str  # active | completed | cancelled | failed
    started_at: datetime
    ended_at: datetime | None
    person_id: str | None
    called_id: str | None
    user_task_id: str | None
    definition_id: str
    process_key: str
    version: int


@dataclass(frozen=True)
class IncidentRow:
    """One incident. `activity` is the visit that cannot go on."""

    id: str
    kind: str
    message: str
    element_key: str
    activity: int
    note: str | None
    raised_at: datetime
    resolved_at: datetime | None
    instance_id: str
    definition_id: str
    process_key: str
    version: int


@dataclass(frozen=True)
class OperationRow:
    """One command that somebody has given."""

    id: int
    at: datetime
    actor: str
    command: str
    subject: str | None
    instance_id: str | None
    reason: str | None
    details: Mapping[str, Any]


def visits(actor: Actor, wanted: Selection) -> tuple[VisitRow, ...]:
    """Visits in instances that the actor may see. Raises Invalid."""
    found = db.session.execute(part(_visits(actor), VISITS, wanted, ActivityInstance.activity))
    return tuple(_visit(each) for each in found)


def visits_count(actor: Actor, wanted: Selection) -> int:
    chosen = _visits(actor).where(*conditions(VISITS, wanted.where)).with_only_columns(func.count())
    return db.session.scalar(chosen) or 0


def incidents(actor: Actor, wanted: Selection) -> tuple[IncidentRow, ...]:
    """Incidents, open and resolved, of instances that the actor may see. Raises Invalid."""
    return tuple(
        _incident(each) for each in db.session.execute(part(_incidents(actor), INCIDENTS, wanted, Incident.id))
    )


def incidents_count(actor: Actor, wanted: Selection) -> int:
    chosen = _incidents(actor).where(*conditions(INCIDENTS, wanted.where)).with_only_columns(func.count())
    return db.session.scalar(chosen) or 0


def incident(actor: Actor, incident_id: str) -> IncidentRow:
    """One of them. Raises NotFound."""
    found = db.session.execute(_incidents(actor).where(Incident.id == incident_id)).one_or_none()
    if found is None:
        raise NotFound("There is no incident with this id, or you may not see it.")
    return _incident(found)


def operations(actor: Actor, wanted: Selection) -> tuple[OperationRow, ...]:
    """Commands given on instances that the actor may see. Raises Invalid."""
    rows = db.session.scalars(part(_operations(actor), OPERATIONS, wanted, AuditEntry.id))
    return tuple(_operation(row) for row in rows)


def _operation(row: AuditEntry) -> OperationRow:
    details = json.loads(row.details) if row.details else {}
    return OperationRow(row.id, row.at, row.actor, row.command, row.subject, row.instance_id, row.reason, details)


def operations_count(actor: Actor, wanted: Selection) -> int:
    chosen = _operations(actor).where(*conditions(OPERATIONS, wanted.where)).with_only_columns(func.count())
    return db.session.scalar(chosen) or 0


def _visits(actor: Actor) -> Select[*tuple[Any, ...]]:
    # Asked apart: whether somebody is a candidate must not be asked of the user task of each visit.
    visible = select(ProcessInstance.id).where(
        ProcessInstance.id == ActivityInstance.instance_id, access.visible_instances(actor)
    )
    own = (UserTask.instance_id == ActivityInstance.instance_id) & (UserTask.activity == ActivityInstance.activity)
    return (
        select(
            ActivityInstance,
            ProcessInstance.definition_id,
            ProcessDefinition.key,
            ProcessDefinition.version,
            UserTask.id.label("user_task_id"),
        )
        .join(ProcessInstance, ProcessInstance.id == ActivityInstance.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(UserTask, own)
        .where(visible.correlate(ActivityInstance).exists())
    )


def _visit(found: Any) -> VisitRow:
    row: ActivityInstance = found.ActivityInstance
    element = definitions.process(found.definition_id).element(row.element_key)
    return VisitRow(
        row.instance_id,
        row.activity,
        row.outer,
        row.element_key,
        element.name if element is not None else "",
        element.kind.value if element is not None else "",
        row.state,
        row.started_at,
        row.ended_at,
        row.person_id,
        row.called_id,
        found.user_task_id,
        found.definition_id,
        found.key,
        found.version,
    )


def _incidents(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Incident, ProcessDefinition.key, ProcessDefinition.version)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == Incident.definition_id)
        .where(access.visible_instances(actor))
    )


def _incident(found: Any) -> IncidentRow:
    row: Incident = found.Incident
    return IncidentRow(
        row.id,
        row.kind,
        row.message,
        row.element_key,
        row.activity,
        row.note,
        row.raised_at,
        row.resolved_at,
        row.instance_id,
        row.definition_id,
        found.key,
        found.version,
    )


def _operations(actor: Actor) -> Select[AuditEntry]:
    return (
        select(AuditEntry)
        .join(ProcessInstance, ProcessInstance.id == AuditEntry.instance_id)
        .where(access.visible_instances(actor))
    )
