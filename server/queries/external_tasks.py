"""External tasks: what is there for workers who wait, and what operators see of those that are under way."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from server import clock
from server.database import count_up_to, db
from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.external_task import IS_FREE, IS_HELD, ExternalTask
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.runtime.topics import headers_of
from server.sentences import say

PAGE = 25
_MISSING = say("There is no such external task: it is done, or the process does not need it any more.")


class ExternalTaskState(StrEnum):
    """How an external task stands just now: one of them at any time, suspended before all others but dead."""

    DEAD = "dead"  # it has an incident
    SUSPENDED = "suspended"  # its instance is suspended
    LOCKED = "locked"  # a worker has it
    WAITING = "waiting"  # it failed, and its next try has not come
    FREE = "free"  # the next worker of its topic gets it


class ExternalTaskSort(StrEnum):
    """What a list is sorted by."""

    CREATED = "created"
    LOCKED_UNTIL = "locked until"
    INSTANCE = "instance"
    DEFINITION = "definition"
    PROCESS = "process"
    PRIORITY = "priority"
    ID = "id"


@dataclass(frozen=True)
class ExternalTaskFilter:
    """What is asked for; None: all. `page` counts from 1; `first` and `most` choose a part instead of a page."""

    ids: Collection[str] | None = None
    topic: str | None = None
    worker: str | None = None
    state: ExternalTaskState | None = None
    instance_ids: Collection[str] | None = None
    definition_id: str | None = None
    process_key: str | None = None
    business_key: str | None = None
    element_keys: Collection[str] | None = None
    has_retries: bool | None = None
    is_locked: bool | None = None
    is_suspended: bool | None = None
    locked_before: datetime | None = None
    locked_after: datetime | None = None
    least_priority: int | None = None
    most_priority: int | None = None
    sort: tuple[tuple[ExternalTaskSort, bool], ...] = ()  # each with whether it descends
    page: int = 1
    first: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class ExternalTaskRow:
    """One external task. `locked_until` only while a worker has it; `next_try_at` only while it waits for that."""

    id: str
    topic: str
    state: ExternalTaskState
    worker: str | None
    account: str | None
    locked_until: datetime | None
    next_try_at: datetime | None
    revision: int
    retries: int | None
    error_message: str | None
    error_details: str | None
    priority: int
    created_at: datetime
    is_suspended: bool
    instance_id: str
    business_key: str | None
    definition_id: str
    process_key: str
    process_name: str
    version: int
    version_tag: str | None
    element_key: str
    element_name: str
    activity: int
    listener: str | None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExternalTasks:
    """A part of a list."""

    rows: tuple[ExternalTaskRow, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Offered:
    """What workers could fetch now, by topic, and when something more of these topics comes free by itself."""

    counts: dict[str, int]
    next_at: datetime | None


def offered(topics: Collection[str], most: int) -> Offered:
    """How many of each topic could be fetched now: at most *most*. Asked for all workers who wait at once."""
    now = clock.now()
    counts = {topic: db.session.scalar(select(_fetchable(topic, now, most))) or 0 for topic in sorted(topics)}
    coming = select(func.min(ExternalTask.held_until)).where(
        ExternalTask.topic.in_(sorted(topics)), IS_HELD, ExternalTask.held_until > now
    )
    return Offered({topic: count for topic, count in counts.items() if count}, db.session.scalar(coming))


def _fetchable(topic: str, now: datetime, most: int) -> Any:
    active = (
        select(ExternalTask.id)
        .join(ProcessInstance, ProcessInstance.id == ExternalTask.instance_id)
        .where(ExternalTask.topic == topic, ProcessInstance.state == "active")
    )
    over = active.where(IS_HELD, ExternalTask.held_until <= now)
    return count_up_to(most, active.where(IS_FREE)) + count_up_to(most, over)


def listed(actor: Actor, wanted: ExternalTaskFilter) -> ExternalTasks:
    """Those of the instances that the actor may see, and, for a worker, those of its account."""
    now = clock.now()
    where = and_(_visible(actor), *_conditions(wanted, now))
    total = db.session.scalar(_joined(select(func.count())).where(where)) or 0
    first = wanted.first if wanted.first is not None else (wanted.page - 1) * PAGE
    most = PAGE if wanted.most is None and wanted.first is None else wanted.most
    statement = _rows().where(where).order_by(*_ordering(wanted)).offset(first)
    found = db.session.execute(statement if most is None else statement.limit(most))
    return ExternalTasks(tuple(_row(each, now) for each in found), total, max(1, -(-total // PAGE)))


def part(actor: Actor, wanted: ExternalTaskFilter, which: Slice) -> Page[ExternalTaskRow]:
    """A part of the same, the oldest first. Raises Invalid for a cursor of another list."""
    now = clock.now()
    statement = _rows().where(and_(_visible(actor), *_conditions(wanted, now)))
    order = (By(ExternalTask.created_at), By(ExternalTask.id))
    return read(db.session.execute, statement, order, which, lambda row: _row(row, now))


def count(actor: Actor, wanted: ExternalTaskFilter) -> int:
    """How many there are."""
    where = and_(_visible(actor), *_conditions(wanted, clock.now()))
    return db.session.scalar(_joined(select(func.count())).where(where)) or 0


def external_task(actor: Actor, external_task_id: str) -> ExternalTaskRow:
    """One of them. Raises NotFound, also where the actor may not see it."""
    found = db.session.execute(_rows().where(ExternalTask.id == external_task_id, _visible(actor))).one_or_none()
    if found is None:
        raise NotFound(_MISSING)
    return _row(found, clock.now())


def of_instance(actor: Actor, instance_id: str) -> tuple[ExternalTaskRow, ...]:
    """What an instance asks of workers just now, the oldest first."""
    wanted = ExternalTaskFilter(instance_ids=(instance_id,), first=0)
    return listed(actor, wanted).rows


def topics(actor: Actor) -> tuple[str, ...]:
    """The topics of all that the actor may see, by name."""
    found = _joined(select(ExternalTask.topic)).where(_visible(actor)).distinct().order_by(ExternalTask.topic)
    return tuple(db.session.scalars(found))


def _visible(actor: Actor) -> ColumnElement[bool]:
    own = ExternalTask.account == actor.id if actor.may(Permission.DO_EXTERNAL_TASKS) else false()
    return or_(own, access.visible_instances(actor))


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    return (
        statement.select_from(ExternalTask)
        .join(ProcessInstance, ProcessInstance.id == ExternalTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ExternalTask.definition_id)
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return _joined(
        select(
            ExternalTask,
            ProcessInstance.business_key,
            ProcessInstance.state.label("instance_state"),
            ProcessDefinition.key.label("process_key"),
            ProcessDefinition.name.label("process_name"),
            ProcessDefinition.version,
            ProcessDefinition.version_tag,
        )
    )


def _conditions(wanted: ExternalTaskFilter, now: datetime) -> list[ColumnElement[bool]]:
    equal = (
        (ExternalTask.topic, wanted.topic),
        (ExternalTask.worker, wanted.worker),
        (ExternalTask.definition_id, wanted.definition_id),
        (ProcessDefinition.key, wanted.process_key),
        (ProcessInstance.business_key, wanted.business_key),
    )
    among = (
        (ExternalTask.id, wanted.ids),
        (ExternalTask.instance_id, wanted.instance_ids),
        (ExternalTask.element_key, wanted.element_keys),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    found += [column.in_(sorted(values)) for column, values in among if values is not None]
    if wanted.state is not None:
        found.append(_of_state(wanted.state, now))
    if wanted.has_retries is not None:
        found.append((ExternalTask.state != "dead") == wanted.has_retries)
    if wanted.is_locked is not None:
        found.append(_is_locked(now) if wanted.is_locked else ~_is_locked(now))
    if wanted.is_suspended is not None:
        found.append((ProcessInstance.state == "suspended") == wanted.is_suspended)
    return found + _between(wanted)


def _between(wanted: ExternalTaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.locked_before is not None:
        found.append(and_(ExternalTask.worker.is_not(None), ExternalTask.held_until < wanted.locked_before))
    if wanted.locked_after is not None:
        found.append(and_(ExternalTask.worker.is_not(None), ExternalTask.held_until > wanted.locked_after))
    if wanted.least_priority is not None:
        found.append(ExternalTask.priority >= wanted.least_priority)
    if wanted.most_priority is not None:
        found.append(ExternalTask.priority <= wanted.most_priority)
    return found


def _is_locked(now: datetime) -> ColumnElement[bool]:
    is_held = and_(ExternalTask.state == "held", ExternalTask.held_until > now, ExternalTask.worker.is_not(None))
    return func.coalesce(is_held, False)


def _of_state(state: ExternalTaskState, now: datetime) -> ColumnElement[bool]:
    alive = and_(ExternalTask.state != "dead", ProcessInstance.state != "suspended")
    held = and_(ExternalTask.state == "held", ExternalTask.held_until > now)
    return {
        ExternalTaskState.DEAD: ExternalTask.state == "dead",
        ExternalTaskState.SUSPENDED: and_(ExternalTask.state != "dead", ProcessInstance.state == "suspended"),
        ExternalTaskState.LOCKED: and_(alive, held, ExternalTask.worker.is_not(None)),
        ExternalTaskState.WAITING: and_(alive, held, ExternalTask.worker.is_(None)),
        ExternalTaskState.FREE: and_(alive, or_(ExternalTask.state == "free", ExternalTask.held_until <= now)),
    }.get(state, true())


def _ordering(wanted: ExternalTaskFilter) -> list[Any]:
    columns: dict[ExternalTaskSort, Any] = {
        ExternalTaskSort.CREATED: ExternalTask.created_at,
        ExternalTaskSort.LOCKED_UNTIL: ExternalTask.held_until,
        ExternalTaskSort.INSTANCE: ExternalTask.instance_id,
        ExternalTaskSort.DEFINITION: ExternalTask.definition_id,
        ExternalTaskSort.PROCESS: ProcessDefinition.key,
        ExternalTaskSort.PRIORITY: ExternalTask.priority,
        ExternalTaskSort.ID: ExternalTask.id,
    }
    sort = wanted.sort or ((ExternalTaskSort.CREATED, False),)
    return [*(columns[by].desc() if descends else columns[by].asc() for by, descends in sort), ExternalTask.id]


def _row(found: Any, now: datetime) -> ExternalTaskRow:
    row: ExternalTask = found.ExternalTask
    state = _state(row, found.instance_state, now)
    is_held = row.held_until is not None and row.held_until > now
    element = definitions.process(row.definition_id).element(row.element_key)
    return ExternalTaskRow(
        id=row.id,
        topic=row.topic,
        state=state,
        worker=row.worker,
        account=row.account,
        locked_until=row.held_until if row.worker is not None else None,
        next_try_at=row.held_until if row.worker is None and is_held else None,
        revision=row.revision,
        retries=row.retries,
        error_message=row.error_message,
        error_details=row.error_details,
        priority=row.priority,
        created_at=row.created_at,
        is_suspended=found.instance_state == "suspended",
        instance_id=row.instance_id,
        business_key=found.business_key,
        definition_id=row.definition_id,
        process_key=found.process_key,
        process_name=found.process_name,
        version=found.version,
        version_tag=found.version_tag,
        element_key=row.element_key,
        element_name=(element.name if element is not None else "") or row.element_key,
        activity=row.activity,
        listener=row.listener,
        headers=headers_of(row),
    )


def _state(row: ExternalTask, instance_state: str, now: datetime) -> ExternalTaskState:
    if row.state == "dead":
        return ExternalTaskState.DEAD
    if instance_state == "suspended":
        return ExternalTaskState.SUSPENDED
    if row.state == "free" or row.held_until is None or row.held_until <= now:
        return ExternalTaskState.FREE
    return ExternalTaskState.LOCKED if row.worker is not None else ExternalTaskState.WAITING
