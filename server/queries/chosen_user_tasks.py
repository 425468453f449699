"""User tasks as programs choose them: open and ended ones, by any of their columns, by who may do them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, false, func, null, or_, select, tuple_

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
from server.runtime.having import Having, has_variable, in_order
from server.runtime.left_behind import process_variables
from server.runtime.selecting import Selection, Where, conditions, part
from server.runtime.submissions import own_variables, variables_of, variables_seen

_NOTHING = cast(null(), String)  # a bare NULL cannot be sorted by everywhere
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
    "activity": UserTask.activity,
    "instance_id": UserTask.instance_id,
    "instance_state": ProcessInstance.state,
    "business_key": ProcessInstance.business_key,
    "definition_id": UserTask.definition_id,
    "process_key": ProcessDefinition.key,
    "process_name": ProcessDefinition.name,
    "tenant_id": _NOTHING,
}
_DESCRIPTION = "description"  # stands in the models: a column is made of it where it is asked for


@dataclass(frozen=True)
class Candidates:
    """Whom a user task is offered to; None: whomever. `with_assigned`: also where somebody has it already."""

    user: str | None = None
    groups: Collection[str] | None = None
    with_assigned: bool = False
    involved: str | None = None  # has it, delegated it, or is a candidate
    has_users: bool | None = None  # any at all
    has_groups: bool | None = None


@dataclass(frozen=True)
class Alternatives:
    """Conditions of which one has to hold."""

    where: tuple[Where, ...] = ()
    candidates: Candidates | None = None
    having: tuple[Having, ...] = ()


@dataclass(frozen=True)
class Question:
    """Which user tasks, sorted by what. All conditions hold, and one of each `either`.

    `by_variables`: sorted by (name, descending) before all else. Variables are those that a user task sees.
    """

    selection: Selection = field(default_factory=Selection)
    candidates: Candidates | None = None
    having: tuple[Having, ...] = ()
    either: tuple[Alternatives, ...] = ()
    by_variables: tuple[tuple[str, bool], ...] = ()

    @property
    def looks_into_variables(self) -> bool:
        return bool(self.having or self.by_variables or any(each.having for each in self.either))


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


def listed(actor: Actor, asked: Question) -> tuple[UserTaskRow, ...]:
    """Those that the actor may see. Raises Invalid."""
    columns, chosen = _chosen(actor, asked)
    wanted = asked.selection
    if not asked.looks_into_variables:
        return tuple(_row(each) for each in db.session.execute(part(chosen, columns, wanted, UserTask.id)))
    looked_into = replace(wanted, first=0, most=LOOKED_INTO)
    rows = db.session.execute(part(chosen, columns, looked_into, UserTask.id)).all()
    known = [(each, _variables(each)) for each in rows]
    fitting = [(each, variables) for each, variables in known if _fits(each, variables, asked)]
    ordered = in_order(fitting, asked.by_variables)
    shown = ordered[wanted.first : None if wanted.most is None else wanted.first + wanted.most]
    return tuple(_row(each) for each, _ in shown)


def count(actor: Actor, asked: Question) -> int:
    """How many there are."""
    unsorted = replace(asked, selection=Selection(asked.selection.where), by_variables=())
    if unsorted.looks_into_variables:
        return len(listed(actor, unsorted))
    columns, chosen = _chosen(actor, unsorted)
    counted = chosen.where(*conditions(columns, unsorted.selection.where)).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


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


def written_about(actor: Actor, rows: Collection[UserTaskRow]) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of those that have comments, and of those that have attachments."""
    ids, instance_ids = {row.id for row in rows}, {row.instance_id for row in rows}
    seen = access.visible_instances(actor)

    def of(kind: type[Comment] | type[Attachment]) -> frozenset[str]:
        found = (
            select(kind.user_task_id)
            .join(ProcessInstance, ProcessInstance.id == kind.instance_id)
            .where(kind.instance_id.in_(sorted(instance_ids)), kind.user_task_id.in_(sorted(ids)), seen)
            .distinct()
        )
        return frozenset(each for each in db.session.scalars(found) if each is not None)

    return of(Comment), of(Attachment)


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
        .outerjoin(Candidate, of_group)
        .where(UserTask.state == "open", _seen(actor))
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
    """One condition for each that is asked."""
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
        offered = exists().where(Candidate.user_task_id == UserTask.id, or_(*named))
        found.append(offered if candidates.with_assigned else and_(offered, UserTask.assignee.is_(None)))
    if candidates.involved is not None:
        person = candidates.involved
        offered = exists().where(
            Candidate.user_task_id == UserTask.id, Candidate.kind == "user", Candidate.name == person
        )
        found.append(or_(UserTask.assignee == person, UserTask.owner == person, offered))
    for kind, has_any in (("user", candidates.has_users), ("group", candidates.has_groups)):
        if has_any is not None:
            offered = exists().where(Candidate.user_task_id == UserTask.id, Candidate.kind == kind)
            found.append(offered if has_any else ~offered)
    return found


def _chosen(actor: Actor, asked: Question) -> tuple[Mapping[str, Any], Select[*tuple[Any, ...]]]:
    """The columns that the question may name, and the statement with all conditions but those of its selection.

    Of variables it says who has them at all. Where alternatives ask for values, whether another of them holds already
    comes with each row, as `either_N`.
    """
    columns = _columns(actor, asked)
    chosen = _statement(actor).where(*_of(asked.candidates), *(has_variable(each.name) for each in asked.having))
    for number, either in enumerate(asked.either):
        plain = or_(false(), *conditions(columns, either.where), *_of(either.candidates))
        if either.having:
            chosen = chosen.add_columns(plain.label(f"either_{number}"))
        chosen = chosen.where(or_(plain, *(has_variable(each.name) for each in either.having)))
    return columns, chosen


def _columns(actor: Actor, asked: Question) -> Mapping[str, Any]:
    wheres = [*asked.selection.where, *(where for either in asked.either for where in either.where)]
    names = {where.name for where in wheres} | {name for name, _ in asked.selection.sort}
    return {**COLUMNS, _DESCRIPTION: _description(actor)} if _DESCRIPTION in names else COLUMNS


def _description(actor: Actor) -> ColumnElement[Any]:
    """What the models say about the elements that the actor's user tasks belong to."""
    places = select(UserTask.definition_id, UserTask.element_key).where(_seen(actor)).distinct()
    told: dict[str, list[tuple[str, str]]] = {}
    for row in db.session.execute(places):
        element = definitions.process(row.definition_id).element(row.element_key)
        if element is not None and element.documentation:
            told.setdefault(element.documentation, []).append((row.definition_id, row.element_key))
    place = tuple_(UserTask.definition_id, UserTask.element_key)
    whens = [(place.in_(places), text) for text, places in told.items()]
    return case(*whens, else_=None) if whens else _NOTHING


def _variables(found: Any) -> dict[str, Any]:
    """What the user task sees, or what its process had once it was over."""
    instance: ProcessInstance = found.ProcessInstance
    if instance.ended_at is not None:
        return process_variables(instance.id)
    return variables_seen(instance, found.UserTask.activity)


def _fits(found: Any, known: Mapping[str, Any], asked: Question) -> bool:
    """Whether the values are as asked for; SQL has said all else."""
    return all(each.holds(known) for each in asked.having) and all(
        not either.having or getattr(found, f"either_{number}") or any(each.holds(known) for each in either.having)
        for number, either in enumerate(asked.either)
    )


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Asked of the instance of each user task apart: a candidate of one sees whatever is in its instance."""
    visible = select(ProcessInstance.id).where(
        ProcessInstance.id == UserTask.instance_id, access.visible_instances(actor)
    )
    return visible.correlate(UserTask).exists()


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(UserTask, ProcessInstance, ProcessDefinition.key, ProcessDefinition.version)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .where(_seen(actor))
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
