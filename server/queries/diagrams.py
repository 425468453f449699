"""The drawing of a version: its file to look at or to download, and how many instances are at each element."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select

from server.bpmn.diagram import with_diagram
from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.activity_instance import ActivityInstance
from server.records.definition import ProcessDefinition
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.sentences import say

_MISSING = say("There is no process definition here by that address, or you may not see it.")
_LAID_OUT = 128
_LIVING = ("active", "suspended")


@dataclass(frozen=True)
class Counts:
    """At one element: activity instances that are running, incidents that are open, visits that were completed."""

    running: int = 0
    incidents: int = 0
    completed: int = 0


def drawing(actor: Actor, definition_id: str) -> bytes:
    """The file for the viewer; a model without a diagram is laid out. Raises NotFound."""
    _check(actor, definition_id)
    return _drawn(definition_id)


def file(actor: Actor, definition_id: str) -> tuple[str, bytes]:
    """The name and the untouched bytes of the file that was deployed. Raises NotFound."""
    _check(actor, definition_id)
    return definitions.xml(definition_id)


def counts(actor: Actor, definition_id: str) -> Mapping[str, Counts]:
    """For those who may see definitions: what is at which element in all instances of this version."""
    if not actor.may(Permission.SEE_DEFINITIONS):
        raise NotFound(_MISSING)
    visits = db.session.execute(
        select(ActivityInstance.element_key, ActivityInstance.state, ProcessInstance.state, func.count())
        .join(ProcessInstance, ProcessInstance.id == ActivityInstance.instance_id)
        .where(ProcessInstance.definition_id == definition_id)
        .group_by(ActivityInstance.element_key, ActivityInstance.state, ProcessInstance.state)
    )
    running: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    for element_key, state, instance_state, number in visits:
        if state == "completed":
            completed[element_key] += number
        elif state in ("active", "failed") and instance_state in _LIVING:
            running[element_key] += number
    rows = db.session.execute(
        select(Incident.element_key, func.count())
        .where(Incident.definition_id == definition_id, Incident.resolved_at.is_(None))
        .group_by(Incident.element_key)
    )
    incidents: dict[str, int] = {row[0]: row[1] for row in rows}
    return {
        key: Counts(running[key], incidents.get(key, 0), completed[key])
        for key in running.keys() | completed.keys() | incidents.keys()
    }


def _check(actor: Actor, definition_id: str) -> None:
    """Seen by those who may see definitions, who may see an instance of it, or who may start it."""
    row = db.session.get(ProcessDefinition, definition_id)
    if row is None or not _may_see(actor, row):
        raise NotFound(_MISSING)


def _may_see(actor: Actor, row: ProcessDefinition) -> bool:
    if actor.may(Permission.SEE_DEFINITIONS):
        return True
    if row.latest and row.startable and access.startable(actor, row.key, frozenset(json.loads(row.starters))):
        return True
    visible = (
        select(ProcessInstance.id)
        .where(ProcessInstance.definition_id == row.id, access.visible_instances(actor))
        .limit(1)
    )
    return db.session.scalar(visible) is not None


@lru_cache(_LAID_OUT)
def _drawn(definition_id: str) -> bytes:
    return with_diagram(definitions.xml(definition_id)[1])
