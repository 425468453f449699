"""User tasks as programs choose them: open and ended ones, by any of their columns, by who may do them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from server.bpmn.definition import FormReference
from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.groups import group_key
from server.records.attachment import Attachment, Comment
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.user_task import Candidate, UserTask
from server.runtime import access, definitions
from server.runtime.selecting import Selection, conditions, part
from server.runtime.submissions import own_variables, variables_of, variables_seen

LOOKED_INTO = 2000  # user tasks whose variables one question looks into at most
COLUMNS: Mapping[str, Any] = {
    "id": UserTask.id,
    "name": UserTask.name,
    "lower_name": func.lower(UserTask.name),
    "assignee": UserTask.assignee,
    "owner": UserTask.owner,
    "state": UserTask.state,
    "priority": UserTask.priority,
    "due_at": UserTask.due_at,
    "follow_up_at": UserTask.follow_up_at,
    "created_at": UserTask.created_at,
    "ended_at": UserTask.ended_at,
    "element_key": UserTask.element_key,
    "instance_id": UserTask.instance_id,
    "instance_state": ProcessInstance.state,
    "business_key": ProcessInstance.business_key,
    "definition_id": UserTask.definition_id,
    "process_key": ProcessDefinition.key,
    "process_name": ProcessDefinition.name,
}


@dataclass(frozen=True)
class Candidates:
    """Whom a user task is offered to; None: whomever. `with_assigned`: also where somebody has it already."""

    user: str | None = None
    groups: Collection[str] | None = None
    with_assigned: bool = False
    involved: str | None = None  # has it, delegated it, or is a candidate


@dataclass(frozen=True)
class UserTaskRow:
    """One user task."""

    id: str
    name: str
    state: str  # open | completed | cancelled
    assignee: str | None
    owner: str | None
    priority: int
    created_at: datetime
    due_at: datetime | None
    follow_up_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    element_key: str
    activity: int
    documentation: str
    form: FormReference | None
    instance_id: str
    is_suspended: bool
    definition_id: str
    process_key: str
    version: int


@dataclass(frozen=True)
class AttachmentRow:
    """A file that was added to a user task."""

    id: str
    name: str
    media_type: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Remark:
    """What somebody wrote about a user task."""

    id: str
    person_id: str
    written_at: datetime
    text: str


@dataclass(frozen=True)
class Offer:
    """Somebody or a group that may take a user task."""

    kind: str  # user | group
    name: str


def listed(
    actor: Actor, wanted: Selection, candidates: Candidates | None = None, having: Mapping[str, Any] | None = None
) -> tuple[UserTaskRow, ...]:
    """Those that the actor may see. *having* are values of variables that they see. Raises Invalid."""
    chosen = _statement(actor).where(*_of(candidates))
    if not having:
        return tuple(_row(each) for each in db.session.execute(part(chosen, COLUMNS, wanted, UserTask.id)))
    rows = db.session.execute(
        part(chosen, COLUMNS, Selection(wanted.where, wanted.sort, 0, LOOKED_INTO), UserTask.id)
    ).all()
    fitting = [_row(each) for each in rows if _has(each, having)]
    return tuple(fitting[wanted.first : None if wanted.most is None else wanted.first + wanted.most])


def count(
    actor: Actor, wanted: Selection, candidates: Candidates | None = None, having: Mapping[str, Any] | None = None
) -> int:
    """How many there are."""
    if having:
        return len(listed(actor, Selection(wanted.where), candidates, having))
    chosen = _statement(actor).where(*_of(candidates), *conditions(COLUMNS, wanted.where))
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def user_task(actor: Actor, user_task_id: str) -> UserTaskRow:
    """One of them. Raises NotFound, also where the actor may not see it."""
    return _row(_found(actor, user_task_id))


def variables(actor: Actor, user_task_id: str, only_own: bool = False) -> dict[str, Any]:
    """What an open user task sees. Raises NotFound."""
    found = _found(actor, user_task_id)
    instance, activity = found.ProcessInstance, found.UserTask.activity
    if only_own:
        return own_variables(instance, activity)
    return variables_seen(instance, activity) if found.UserTask.state == "open" else variables_of(instance)


def offers(actor: Actor, user_task_id: str) -> tuple[Offer, ...]:
    """Who may take it. Raises NotFound."""
    user_task(actor, user_task_id)
    found = (
        select(Candidate.kind, Candidate.name)
        .where(Candidate.user_task_id == user_task_id, Candidate.kind != "excluded")
        .order_by(Candidate.kind, Candidate.name)
    )
    return tuple(Offer(row.kind, row.name) for row in db.session.execute(found))


def attachments(actor: Actor, user_task_id: str) -> tuple[AttachmentRow, ...]:
    """The files that were added to a user task, the oldest first. Raises NotFound."""
    row = user_task(actor, user_task_id)
    found = db.session.scalars(
        select(Attachment).where(Attachment.user_task_id == row.id).order_by(Attachment.uploaded_at, Attachment.id)
    )
    return tuple(AttachmentRow(each.id, each.name, each.media_type, each.uploaded_at) for each in found)


def remarks(actor: Actor, user_task_id: str) -> tuple[Remark, ...]:
    """What was written about it, the newest first. Raises NotFound."""
    user_task(actor, user_task_id)
    found = select(Comment).where(Comment.user_task_id == user_task_id)
    rows = db.session.scalars(found.order_by(Comment.written_at.desc(), Comment.id))
    return tuple(Remark(row.id, row.person_id, row.written_at, row.text) for row in rows)


def counts_by_group(actor: Actor) -> tuple[tuple[str | None, int], ...]:
    """How many open user tasks that the actor may see are offered to each group; None: to none."""
    of_group = and_(Candidate.user_task_id == UserTask.id, Candidate.kind == "group")
    found = (
        select(Candidate.name, func.count(UserTask.id.distinct()))
        .select_from(UserTask)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Candidate, of_group)
        .where(UserTask.state == "open", access.visible_instances(actor))
        .group_by(Candidate.name)
        .order_by(Candidate.name)
    )
    return tuple((row[0], row[1]) for row in db.session.execute(found))


def _found(actor: Actor, user_task_id: str) -> Any:
    found = db.session.execute(_statement(actor).where(UserTask.id == user_task_id)).one_or_none()
    if found is None:
        raise NotFound("There is no user task with this id, or you may not see it.")
    return found


def _of(candidates: Candidates | None) -> list[ColumnElement[bool]]:
    if candidates is None:
        return []
    found: list[ColumnElement[bool]] = []
    named: list[ColumnElement[bool]] = []
    if candidates.user is not None:
        named.append(and_(Candidate.kind == "user", Candidate.name == candidates.user))
    if candidates.groups is not None:
        keys = [group_key(name) for name in candidates.groups]
        named.append(and_(Candidate.kind == "group", Candidate.name.in_(keys)))
    if named:
        found.append(exists().where(Candidate.user_task_id == UserTask.id, or_(*named)))
        if not candidates.with_assigned:
            found.append(UserTask.assignee.is_(None))
    if candidates.involved is not None:
        person = candidates.involved
        offered = exists().where(
            Candidate.user_task_id == UserTask.id, Candidate.kind == "user", Candidate.name == person
        )
        found.append(or_(UserTask.assignee == person, UserTask.owner == person, offered))
    return found


def _has(found: Any, wanted: Mapping[str, Any]) -> bool:
    known = variables_seen(found.ProcessInstance, found.UserTask.activity)
    return all(name in known and known[name] == value for name, value in wanted.items())


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(UserTask, ProcessInstance, ProcessDefinition.key, ProcessDefinition.version)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .where(access.visible_instances(actor))
    )


def _row(found: Any) -> UserTaskRow:
    row: UserTask = found.UserTask
    element = definitions.process(row.definition_id).element(row.element_key)
    return UserTaskRow(
        id=row.id,
        name=row.name,
        state=row.state,
        assignee=row.assignee,
        owner=row.owner,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        follow_up_at=row.follow_up_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        element_key=row.element_key,
        activity=row.activity,
        documentation=element.documentation if element is not None else "",
        form=element.form if element is not None else None,
        instance_id=row.instance_id,
        is_suspended=found.ProcessInstance.state == "suspended",
        definition_id=row.definition_id,
        process_key=found.key,
        version=found.version,
    )
