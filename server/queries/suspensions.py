"""What is suspended: process instances in which nothing goes on, and versions of which none is started."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.runtime import access
from server.sentences import say

PAGE = 25
MOST_VERSIONS = 200


@dataclass(frozen=True)
class SuspendedRow:
    """A suspended instance with who stopped it, when and why, as the audit log has it."""

    id: str
    business_key: str | None
    title: str | None
    process_key: str
    process_name: str
    started_at: datetime
    incidents: int
    suspended_at: datetime | None
    suspended_by: str
    reason: str


@dataclass(frozen=True)
class Suspended:
    """One page of suspended instances, the longest stopped first."""

    rows: tuple[SuspendedRow, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class SuspendedVersion:
    """A suspended version of a process with who stopped it, when and why; `running` of its instances go on."""

    id: str
    key: str
    name: str
    version: int
    running: int
    suspended_at: datetime | None
    suspended_by: str
    reason: str


def suspended(actor: Actor, page: int = 1) -> Suspended:
    """The page of suspended instances. Raises Forbidden."""
    _check(actor)
    total = db.session.scalar(select(func.count()).select_from(ProcessInstance).where(_suspended(actor))) or 0
    stopped = _last_suspension()
    found = db.session.execute(
        _suspensions(stopped)
        .where(_suspended(actor))
        .order_by(AuditEntry.at, ProcessInstance.started_at, ProcessInstance.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Suspended(tuple(_suspended_row(row) for row in found), total, max(1, -(-total // PAGE)))


def suspended_instance(actor: Actor, instance_id: str) -> SuspendedRow:
    """One suspended instance. Raises NotFound, Forbidden."""
    _check(actor)
    wanted = _suspensions(_last_suspension()).where(_suspended(actor), ProcessInstance.id == instance_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(say("This process instance is not suspended, or there is none."))
    return _suspended_row(found)


def suspended_versions(actor: Actor) -> tuple[SuspendedVersion, ...]:
    """The suspended versions, the longest stopped first, at most MOST_VERSIONS. Raises Forbidden."""
    _check(actor)
    running = (
        select(func.count())
        .where(ProcessInstance.definition_id == ProcessDefinition.id, ProcessInstance.ended_at.is_(None))
        .correlate(ProcessDefinition)
        .scalar_subquery()
    )
    stopped = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.subject == ProcessDefinition.id, AuditEntry.command == "deployments.suspend_definition")
        .correlate(ProcessDefinition)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ProcessDefinition, AuditEntry, Person.name.label("who"), running.label("running"))
        .outerjoin(AuditEntry, AuditEntry.id == stopped)
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .where(ProcessDefinition.suspended, access.definition_in_scope(actor))
        .order_by(AuditEntry.at, ProcessDefinition.name, ProcessDefinition.version)
        .limit(MOST_VERSIONS)
    )
    return tuple(_version_row(row) for row in rows)


def suspended_version(actor: Actor, definition_id: str) -> SuspendedVersion:
    """One suspended version. Raises NotFound, Forbidden."""
    found = next((row for row in suspended_versions(actor) if row.id == definition_id), None)
    if found is None:
        raise NotFound(say("This version is not suspended, or there is none."))
    return found


def _version_row(found: Any) -> SuspendedVersion:
    row: ProcessDefinition = found.ProcessDefinition
    at, by, reason = _stopped(found)
    return SuspendedVersion(row.id, row.key, row.name, row.version, found.running, at, by, reason)


def _stopped(found: Any) -> tuple[datetime | None, str, str]:
    """When, by whom and why, as far as the audit log knows it."""
    entry: AuditEntry | None = found.AuditEntry
    return (entry.at, found.who or entry.actor, entry.reason or "") if entry is not None else (None, "", "")


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))


def _suspended(actor: Actor) -> ColumnElement[bool]:
    return and_(ProcessInstance.state == "suspended", access.visible_instances(actor))


def _last_suspension() -> Any:
    """The audit entry of the last time that an instance was suspended."""
    return (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.instance_id == ProcessInstance.id, AuditEntry.command == "process_instances.suspend")
        .correlate(ProcessInstance)
        .scalar_subquery()
    )


def _suspensions(stopped: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(ProcessInstance, ProcessDefinition.key, ProcessDefinition.name, AuditEntry, Person.name.label("who"))
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(AuditEntry, AuditEntry.id == stopped)
        .outerjoin(Person, Person.id == AuditEntry.actor)
    )


def _suspended_row(found: Any) -> SuspendedRow:
    row: ProcessInstance = found.ProcessInstance
    at, by, reason = _stopped(found)
    return SuspendedRow(
        id=row.id,
        business_key=row.business_key,
        title=row.title,
        process_key=found.key,
        process_name=found.name,
        started_at=row.started_at,
        incidents=row.incidents,
        suspended_at=at,
        suspended_by=by,
        reason=reason,
    )
