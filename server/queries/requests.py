"""My requests: what a person has started, and in each case who has it now, since when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from server.database import db
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.definition import ProcessDefinition
from server.records.identity import Group, Person
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.records.user_task import Candidate, UserTask
from server.runtime import definitions

PAGE = 10


class Show(StrEnum):
    """Which requests are listed."""

    OPEN = "open"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


_STATES = {Show.OPEN: ("active", "suspended"), Show.FINISHED: ("completed",), Show.WITHDRAWN: ("terminated",)}


@dataclass(frozen=True)
class Waiting:
    """What a request waits for.

    `kind`: person | you | group | asked (a question to the requester) | choice (of what is done next in an ad-hoc
    sub-process) | timer | message | itself | stopped | held.
    `who` names the person or group, `step` the element, `since` when the waiting began, `until` when a timer is due.
    """

    kind: str
    who: str = ""
    step: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    user_task_id: str = ""


@dataclass(frozen=True)
class Request:
    """One instance that the actor started."""

    id: str
    business_key: str | None
    title: str | None
    process_name: str
    definition_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class Requests:
    """One page of requests, with the counts of all tabs."""

    rows: tuple[Request, ...]
    counts: Mapping[Show, int]
    total: int
    pages: int


def requests_of(actor: Actor, show: Show, page: int = 1) -> Requests:
    """The actor's own requests, the newest first; *page* counts from 1."""
    counts = _counts(actor)
    rows = db.session.execute(
        select(ProcessInstance, ProcessDefinition.name)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(*_own(actor), ProcessInstance.state.in_(_STATES[show]))
        .order_by(ProcessInstance.started_at.desc(), ProcessInstance.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    waiting = _waiting(actor, [instance for instance, _ in rows]) if show is Show.OPEN else {}
    total = counts[show]
    return Requests(
        tuple(_request(instance, name, waiting) for instance, name in rows), counts, total, max(1, -(-total // PAGE))
    )


def open_count(actor: Actor) -> int:
    """How many requests of the actor are under way."""
    found = db.session.scalar(
        select(func.count())
        .select_from(ProcessInstance)
        .where(*_own(actor), ProcessInstance.state.in_(_STATES[Show.OPEN]))
    )
    return found or 0


def _own(actor: Actor) -> tuple[Any, Any]:
    return (ProcessInstance.started_by == actor.id, ProcessInstance.caller_id.is_(None))


def _counts(actor: Actor) -> dict[Show, int]:
    rows = db.session.execute(
        select(ProcessInstance.state, func.count().label("number")).where(*_own(actor)).group_by(ProcessInstance.state)
    )
    by_state: dict[str, int] = {row.state: row.number for row in rows}
    return {show: sum(by_state.get(state, 0) for state in states) for show, states in _STATES.items()}


def _request(instance: ProcessInstance, process_name: str, waiting: Mapping[str, Sequence[Waiting]]) -> Request:
    return Request(
        instance.id,
        instance.business_key,
        instance.title,
        process_name,
        instance.definition_id,
        instance.state,
        instance.started_at,
        instance.ended_at,
        instance.end_reason,
        tuple(waiting.get(instance.id, ())),
    )


def _waiting(actor: Actor, instances: Sequence[ProcessInstance]) -> Mapping[str, list[Waiting]]:
    """What each of the actor's own instances waits for; what stops it comes first, then people, then the rest."""
    ids = [instance.id for instance in instances]
    found: dict[str, list[Waiting]] = defaultdict(list)
    if not ids:
        return found
    for instance in instances:
        if instance.state == "suspended":
            found[instance.id].append(Waiting("held"))
    for incident in db.session.scalars(
        select(Incident)
        .where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None))
        .order_by(Incident.raised_at)
    ):
        step = _step_name(incident.definition_id, incident.element_key)
        found[incident.instance_id].append(Waiting("stopped", step=step, since=incident.raised_at))
    _add_people(actor, ids, found)
    definition_ids = {instance.id: instance.definition_id for instance in instances}
    _add_messages(ids, definition_ids, found)
    _add_jobs(ids, definition_ids, found)
    _add_choices(definition_ids, found)
    return found


def _add_people(actor: Actor, ids: list[str], found: dict[str, list[Waiting]]) -> None:
    rows = db.session.execute(
        select(UserTask, Person.name)
        .outerjoin(Person, Person.id == UserTask.assignee)
        .where(UserTask.instance_id.in_(ids), UserTask.state == "open")
        .order_by(UserTask.created_at, UserTask.id)
    ).all()
    groups = _candidates([user_task.id for user_task, _ in rows if user_task.assignee is None])
    for user_task, name in rows:
        since = user_task.claimed_at or user_task.created_at
        holder = name or user_task.assignee or ""
        if user_task.question:
            waiting = Waiting(
                "asked", holder, user_task.name, since, text=user_task.question, user_task_id=user_task.id
            )
        elif user_task.assignee == actor.id:
            waiting = Waiting("you", holder, user_task.name, since, user_task_id=user_task.id)
        elif user_task.assignee is not None:
            waiting = Waiting("person", holder, user_task.name, since, user_task_id=user_task.id)
        else:
            waiting = Waiting(
                "group", groups.get(user_task.id, ""), user_task.name, user_task.created_at, user_task_id=user_task.id
            )
        found[user_task.instance_id].append(waiting)


def _candidates(user_task_ids: list[str]) -> dict[str, str]:
    """Who may take each user task: "Purchasing approvers or Ada"."""
    if not user_task_ids:
        return {}
    rows = db.session.execute(
        select(Candidate.user_task_id, func.coalesce(Group.name, Person.name, Candidate.name))
        .outerjoin(Group, (Group.id == Candidate.name) & (Candidate.kind == "group"))
        .outerjoin(Person, (Person.id == Candidate.name) & (Candidate.kind == "user"))
        .where(Candidate.user_task_id.in_(user_task_ids), Candidate.kind.in_(("group", "user")))
        .order_by(Candidate.user_task_id, Candidate.kind, Candidate.name)
    )
    names: dict[str, list[str]] = defaultdict(list)
    for user_task_id, name in rows:
        names[user_task_id].append(name)
    return {user_task_id: " or ".join(found[:3]) for user_task_id, found in names.items()}


def _add_jobs(ids: list[str], definition_ids: Mapping[str, str], found: dict[str, list[Waiting]]) -> None:
    """Timers and connectors, where nobody has to do anything: told only when no person is waited for."""
    jobs = db.session.scalars(
        select(Job).where(Job.instance_id.in_(ids), Job.state == "ready").order_by(Job.due_at, Job.id)
    )
    for job in jobs:
        if job.instance_id is None or found[job.instance_id]:
            continue
        definition_id = definition_ids[job.instance_id]
        if _is_beside(definition_id, job.element_key or ""):
            continue
        step = _step_name(definition_id, job.element_key or "")
        is_timer = job.kind == "timer"
        found[job.instance_id].append(
            Waiting(
                "timer" if is_timer else "itself",
                step=step,
                since=job.created_at,
                until=job.due_at if is_timer else None,
            )
        )


def _add_messages(ids: list[str], definition_ids: Mapping[str, str], found: dict[str, list[Waiting]]) -> None:
    rows = db.session.scalars(
        select(Subscription).where(Subscription.instance_id.in_(ids), Subscription.kind == "message")
    )
    for row in rows:
        if row.instance_id is None or found[row.instance_id]:
            continue
        definition_id = definition_ids[row.instance_id]
        if not _is_beside(definition_id, row.element_key):
            step = _step_name(definition_id, row.element_key)
            found[row.instance_id].append(Waiting("message", step=step, text=row.name))


def _add_choices(definition_ids: Mapping[str, str], found: dict[str, list[Waiting]]) -> None:
    """Ad-hoc sub-processes in which nothing is being done: somebody has to choose what is."""
    idle = [instance_id for instance_id in definition_ids if not found[instance_id]]
    if not idle:
        return
    active = select(ActivityInstance).where(
        ActivityInstance.instance_id.in_(idle), ActivityInstance.state == "active", ActivityInstance.ended_at.is_(None)
    )
    for row in db.session.scalars(active.order_by(ActivityInstance.activity)):
        element = definitions.process(definition_ids[row.instance_id]).element(row.element_key)
        if element is not None and element.lets_people_choose():
            step = element.name or element.id
            found[row.instance_id].append(Waiting("choice", step=step, since=row.started_at))


def _is_beside(definition_id: str, element_key: str) -> bool:
    """A boundary event is not what a request waits for; it waits for what the event is attached to."""
    element = definitions.process(definition_id).element(element_key)
    return element is not None and element.attached_to is not None


def _step_name(definition_id: str, element_key: str) -> str:
    element = definitions.process(definition_id).element(element_key)
    return (element.name or element.id) if element is not None else ""
