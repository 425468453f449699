"""Search over everything that one may see: requests, user tasks and processes. (People are found in `people`.)"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from server.database import db
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access

SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """Something found: its kind (request | user_task | process), id or key, what it is called, where it belongs."""

    kind: str
    id: str
    name: str
    hint: str
    definition_id: str = ""


def requests(actor: Actor, text: str, limit: int = 8) -> tuple[Hit, ...]:
    """Process instances by business key or title, the newest first."""
    rows = db.session.execute(
        select(ProcessInstance, ProcessDefinition.name)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(_holds(text, ProcessInstance.business_key, ProcessInstance.title), access.visible_instances(actor))
        .order_by(ProcessInstance.started_at.desc())
        .limit(limit)
    )
    return tuple(
        Hit("request", row.id, row.title or row.business_key or name, f"{row.business_key or row.id} · {name}")
        for row, name in rows
    )


def user_tasks(actor: Actor, text: str, limit: int = 8) -> tuple[Hit, ...]:
    """Open user tasks by their name, their request's key or title."""
    columns = (UserTask.name, ProcessInstance.business_key, ProcessInstance.title)
    rows = db.session.execute(
        select(UserTask, ProcessInstance, ProcessDefinition.name)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .where(UserTask.state == "open", _holds(text, *columns), access.visible_user_tasks(actor))
        .order_by(UserTask.created_at.desc())
        .limit(limit)
    )
    return tuple(
        Hit("user_task", work.id, work.name, f"{instance.title or instance.business_key or instance.id} · {name}")
        for work, instance, name in rows
    )


def processes(actor: Actor, text: str, limit: int = 8) -> tuple[Hit, ...]:
    """The latest versions of processes by name or key, that the actor may see or start."""
    rows = db.session.scalars(
        select(ProcessDefinition)
        .where(ProcessDefinition.latest, _holds(text, ProcessDefinition.name, ProcessDefinition.key))
        .order_by(ProcessDefinition.name)
    )
    seen = (row for row in rows if actor.may(Permission.SEE_DEFINITIONS) or _may_start(actor, row))
    hits = (Hit("process", row.key, row.name, row.category or "Process", row.id) for row in seen)
    return tuple(hits)[:limit]


def _holds(text: str, *columns: Any) -> ColumnElement[bool]:
    sought = text.lower()
    return or_(*(func.lower(column).contains(sought, autoescape=True) for column in columns))


def _may_start(actor: Actor, row: ProcessDefinition) -> bool:
    return (
        row.startable
        and row.executable
        and access.startable(actor, row.key, frozenset(json.loads(row.starters or "[]")))
    )
