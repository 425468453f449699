"""What goes on in one process instance: visits to elements, incidents, tokens and where they may go, variables."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from server.bpmn.definition import Kind, Level
from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.identity import Person
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access, definitions, submissions
from server.sentences import say

MOST_ACTIVITIES = 1_000


@dataclass(frozen=True)
class ActivityLine:
    """One visit to an element. `who` completed it, or has its user task now."""

    activity: int
    element_key: str
    element: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    loop_counter: int | None
    who: str
    called_id: str | None
    user_task_id: str | None


@dataclass(frozen=True)
class IncidentLine:
    """A failure, open until it is resolved."""

    id: str
    element_key: str
    element: str
    kind: str
    message: str
    line: int
    note: str | None
    raised_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True)
class Place:
    """Where a token is (`activity` is set) or may be put; `inside` is the name of the sub-process around it."""

    element_key: str
    element: str
    activity: int | None = None
    inside: str = ""
    failed: bool = False


def _definition(actor: Actor, instance_id: str) -> str:
    """The id of the version that the instance runs. Raises NotFound, also where the actor may not see it."""
    found = db.session.scalar(
        select(ProcessInstance.definition_id).where(ProcessInstance.id == instance_id, access.visible_instances(actor))
    )
    if found is None:
        raise NotFound(say("There is no process instance here by that address, or you may not see it."))
    return found


def _titles(definition_id: str) -> dict[str, str]:
    return {element.id: element.name or element.id for element in definitions.process(definition_id).elements()}


def activities(actor: Actor, instance_id: str) -> tuple[ActivityLine, ...]:
    """The visits of an instance that the actor may see, the latest MOST_ACTIVITIES, in their order."""
    definition_id = _definition(actor, instance_id)
    doer, holder = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            ActivityInstance,
            func.coalesce(doer.name, ActivityInstance.person_id, holder.name, UserTask.assignee, "").label("who"),
            UserTask.id.label("user_task_id"),
        )
        .outerjoin(
            UserTask,
            (UserTask.instance_id == ActivityInstance.instance_id) & (UserTask.activity == ActivityInstance.activity),
        )
        .outerjoin(doer, doer.id == ActivityInstance.person_id)
        .outerjoin(holder, holder.id == UserTask.assignee)
        .where(ActivityInstance.instance_id == instance_id)
        .order_by(ActivityInstance.activity.desc())
        .limit(MOST_ACTIVITIES)
    ).all()
    titles = _titles(definition_id)
    return tuple(
        ActivityLine(
            visit.activity,
            visit.element_key,
            titles.get(visit.element_key, visit.element_key),
            visit.state,
            visit.started_at,
            visit.ended_at,
            visit.loop_counter,
            who,
            visit.called_id,
            user_task_id,
        )
        for visit, who, user_task_id in reversed(rows)
    )


def incidents(actor: Actor, instance_id: str) -> tuple[IncidentLine, ...]:
    """The incidents of an instance that the actor may see: open ones first, then the newest."""
    definition_id = _definition(actor, instance_id)
    rows = db.session.scalars(
        select(Incident)
        .where(Incident.instance_id == instance_id)
        .order_by(Incident.resolved_at.is_not(None), Incident.raised_at.desc())
        .limit(100)
    )
    titles = _titles(definition_id)
    return tuple(
        IncidentLine(
            row.id,
            row.element_key,
            titles.get(row.element_key, row.element_key),
            row.kind,
            row.message,
            row.line,
            row.note,
            row.raised_at,
            row.resolved_at,
        )
        for row in rows
    )


def tokens(actor: Actor, instance_id: str) -> tuple[Place, ...]:
    """Where the instance is now: its open activity instances."""
    return tuple(
        Place(line.element_key, line.element, line.activity, failed=line.state == "failed")
        for line in activities(actor, instance_id)
        if line.state in ("active", "failed")
    )


def places(actor: Actor, instance_id: str) -> tuple[Place, ...]:
    """Where a token may be put: every element of the process, and of sub-processes in which something goes on, that
    may be begun by hand: no boundary event, event sub-process or compensation."""
    level = definitions.process(_definition(actor, instance_id)).level
    busy = {token.element_key for token in tokens(actor, instance_id)}
    return tuple(_places(level, busy, ""))


def _places(level: Level, busy: Set[str], inside: str) -> Iterator[Place]:
    for element in level.elements.values():
        waits_to_be_called = element.triggered_by_event or element.for_compensation
        if element.kind != Kind.BOUNDARY_EVENT and not waits_to_be_called:
            yield Place(element.id, element.name or element.id, inside=inside)
        if element.inner is not None and element.id in busy:
            yield from _places(element.inner, busy, element.name or element.id)


def variables(actor: Actor, instance_id: str) -> Mapping[str, Any]:
    """The process's own variables as they are now."""
    _definition(actor, instance_id)
    return submissions.variables_of(db.session.get_one(ProcessInstance, instance_id))
