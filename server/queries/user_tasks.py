"""One user task as its page shows it: what it is, where it is, who has it and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.definition import ProcessDefinition
from server.records.identity import Group, Person
from server.records.incident import Incident
from server.records.logs import AuditEntry
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import Candidate, UserTask
from server.runtime import access, definitions
from server.sentences import say

_MISSING = say("There is no user task here by that address, or you may not see it.")
_GIVEN = ("user_tasks.claim", "user_tasks.claim_many", "user_tasks.delegate", "user_tasks.reassign")


@dataclass(frozen=True)
class UserTaskView:
    """Everything about a user task but its form."""

    id: str
    name: str
    state: str  # open | completed | cancelled
    element_key: str
    instructions: str  # the element's documentation, markdown
    assignee: str | None
    assignee_name: str | None
    owner: str | None  # who handed it over and gets it back if it is released
    claimed_at: datetime | None
    created_at: datetime
    due_at: datetime | None
    priority: int
    ended_at: datetime | None
    ended_by_name: str | None
    question: str | None
    instance_id: str
    instance_state: str
    business_key: str | None
    title: str | None
    started_at: datetime
    requester: str
    requester_name: str
    definition_id: str
    process_key: str
    process_name: str
    version: int
    groups: tuple[str, ...]  # names of the candidate groups
    why: str
    is_mine: bool
    is_offered: bool
    is_led: bool  # the actor leads a group that may do it
    is_requester: bool
    is_followed: bool
    revision: int

    @property
    def is_workable(self) -> bool:
        """The actor may fill in the form now; completing an offered one claims it on the way."""
        return self.state == "open" and self.instance_state == "active" and (self.is_mine or self.is_offered)


@dataclass(frozen=True)
class Marks:
    """What the small diagram paints: keys of elements by their state."""

    done: tuple[str, ...]
    active: tuple[str, ...]
    failed: tuple[str, ...]
    focus: str | None


def user_task(actor: Actor, user_task_id: str) -> UserTaskView:
    """The user task. Raises NotFound when it is not there or the actor may not see it."""
    found = _found(actor, user_task_id)
    work, instance, definition = found.UserTask, found.ProcessInstance, found.ProcessDefinition
    groups = _candidate_groups(user_task_id)
    element = definitions.process(definition.id).element(work.element_key)
    return UserTaskView(
        id=work.id,
        name=work.name,
        state=work.state,
        element_key=work.element_key,
        instructions=element.documentation if element is not None else "",
        assignee=work.assignee,
        assignee_name=found.holder_name or work.assignee,
        owner=work.owner,
        claimed_at=work.claimed_at,
        created_at=work.created_at,
        due_at=work.due_at,
        priority=work.priority,
        ended_at=work.ended_at,
        ended_by_name=found.ender_name or work.ended_by,
        question=work.question,
        instance_id=instance.id,
        instance_state=instance.state,
        business_key=instance.business_key,
        title=instance.title,
        started_at=instance.started_at,
        requester=instance.started_by,
        requester_name=found.requester_name or instance.started_by,
        definition_id=definition.id,
        process_key=definition.key,
        process_name=definition.name,
        version=definition.version,
        groups=tuple(groups.values()),
        why=_why(actor, work, instance, groups),
        is_mine=bool(found.is_mine),
        is_offered=bool(found.is_offered),
        is_led=bool(actor.leads & groups.keys()),
        is_requester=instance.started_by == actor.id,
        is_followed=bool(found.follows),
        revision=work.revision,
    )


def _found(actor: Actor, user_task_id: str) -> Any:
    """The row of the user task with those around it, in one statement. Raises NotFound."""
    holder, requester, ender = aliased(Person), aliased(Person), aliased(Person)
    followed = select(Involvement.follows).where(
        Involvement.instance_id == UserTask.instance_id, Involvement.person_id == actor.id
    )
    found = db.session.execute(
        select(
            UserTask,
            ProcessInstance,
            ProcessDefinition,
            holder.name.label("holder_name"),
            requester.name.label("requester_name"),
            ender.name.label("ender_name"),
            access.assigned_to(actor).label("is_mine"),
            access.offered_to(actor).label("is_offered"),
            followed.scalar_subquery().label("follows"),
        )
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .outerjoin(holder, holder.id == UserTask.assignee)
        .outerjoin(requester, requester.id == ProcessInstance.started_by)
        .outerjoin(ender, ender.id == UserTask.ended_by)
        .where(UserTask.id == user_task_id, access.visible_user_tasks(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(_MISSING)
    return found


@dataclass(frozen=True)
class Ended:
    """How a user task that had been offered to somebody ended."""

    name: str
    state: str  # completed | cancelled
    ended_by_name: str
    ended_at: datetime


def ended_for(actor: Actor, user_task_id: str) -> Ended | None:
    """How a user task ended of which the actor was a candidate: they may know that somebody was faster, no more."""
    offered = or_(
        and_(Candidate.kind == "user", Candidate.name.in_(actor.persons)),
        and_(Candidate.kind == "group", Candidate.name.in_(actor.groups)),
    )
    row = db.session.execute(
        select(UserTask, Person.name)
        .outerjoin(Person, Person.id == UserTask.ended_by)
        .where(UserTask.id == user_task_id, UserTask.state != "open", access.not_excluded(actor))
        .where(exists().where(Candidate.user_task_id == UserTask.id, offered))
    ).one_or_none()
    if row is None:
        return None
    work, name = row
    ended_at: datetime | None = work.ended_at
    return Ended(work.name, work.state, name or work.ended_by or "the process", ended_at) if ended_at else None


def marks(actor: Actor, instance_id: str, focus: str | None = None) -> Marks:
    """Which elements are done, active and failed in an instance the actor may see."""
    visible = select(ProcessInstance.id).where(ProcessInstance.id == instance_id, access.visible_instances(actor))
    rows = db.session.execute(
        select(ActivityInstance.element_key, ActivityInstance.state)
        .where(ActivityInstance.instance_id.in_(visible))
        .order_by(ActivityInstance.activity)
    ).all()
    stopped = db.session.scalars(
        select(Incident.element_key).where(Incident.instance_id.in_(visible), Incident.resolved_at.is_(None))
    )
    failed = tuple(dict.fromkeys(stopped))
    active = tuple(
        dict.fromkeys(row.element_key for row in rows if row.state == "active" and row.element_key not in failed)
    )
    busy = {*failed, *active}
    done = tuple(dict.fromkeys(r.element_key for r in rows if r.state == "completed" and r.element_key not in busy))
    return Marks(done, active, failed, focus)


def _candidate_groups(user_task_id: str) -> dict[str, str]:
    rows = db.session.execute(
        select(Candidate.name, Group.name.label("group_name"))
        .outerjoin(Group, Group.id == Candidate.name)
        .where(Candidate.user_task_id == user_task_id, Candidate.kind == "group")
        .order_by(Candidate.name)
    )
    return {row.name: row.group_name or row.name.replace("-", " ").capitalize() for row in rows}


def _why(actor: Actor, work: UserTask, instance: ProcessInstance, groups: dict[str, str]) -> str:
    """Why the actor sees this user task, in one sentence."""
    shared = [name for key, name in groups.items() if key in actor.groups]
    if work.assignee == actor.id:
        return _why_mine(work, shared)
    if work.assignee in actor.stands_for:
        return say("You stand in for %(name)s", name=_name(work.assignee))
    if shared and work.state == "open":
        return say("You are in the group %(groups)s", groups=_and(shared))
    if work.state == "open" and work.assignee is None and _is_candidate(actor, work.id):
        return say("You are one of those who may do it")
    if instance.started_by == actor.id:
        return say("You started this request")
    return say("You may see this request")


def _why_mine(work: UserTask, shared: list[str]) -> str:
    given = db.session.execute(
        select(AuditEntry.actor, AuditEntry.command)
        .where(
            AuditEntry.instance_id == work.instance_id, AuditEntry.subject == work.id, AuditEntry.command.in_(_GIVEN)
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if given is not None and given.actor != work.assignee:
        giver = _name(given.actor)
        handed_over = given.command == "user_tasks.delegate"
        return (
            say("Handed over to you by %(name)s", name=giver)
            if handed_over
            else say("Assigned to you by %(name)s", name=giver)
        )
    if shared:
        return say("You claimed it; you are in the group %(groups)s", groups=_and(shared))
    return say("You claimed it") if given is not None else say("The process gives this step to you")


def _is_candidate(actor: Actor, user_task_id: str) -> bool:
    named = select(Candidate.name).where(Candidate.user_task_id == user_task_id, Candidate.kind == "user")
    return db.session.scalar(named.where(Candidate.name.in_(actor.persons)).limit(1)) is not None


def _name(person_id: str | None) -> str:
    return db.session.scalar(select(Person.name).where(Person.id == person_id)) or person_id or "nobody"


def _and(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return say("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])
