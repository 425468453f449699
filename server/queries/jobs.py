"""Jobs and timers: when the next one is due, and what operators see of them."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true

from server import clock
from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.job import IS_READY, Job
from server.records.process_instance import ProcessInstance
from server.runtime import definitions
from server.runtime.access import definition_in_scope
from server.runtime.due_jobs import is_blocked
from server.runtime.jobs import goes_on
from server.runtime.timers import Reason, reason_of
from server.sentences import say

PAGE = 25
_TIMERS = ("timer", "start_timer")


class JobKind(StrEnum):
    """What a job does."""

    TIMER = "timer"
    START_TIMER = "start_timer"
    CONNECTOR = "connector"
    CONTINUATION = "continuation"
    ASSIGNMENT = "assignment"
    CALL_RETURN = "call_return"
    CALL_CANCEL = "call_cancel"
    MESSAGE = "message"
    WAITING_MESSAGE = "waiting_message"
    CONDITIONS = "conditions"
    SIGNAL = "signal"
    SIGNAL_DELIVERY = "signal_delivery"
    NOTICE = "notice"
    SENDING = "sending"
    DEADLINE = "deadline"
    DEADLINES = "deadlines"
    BATCH_ITEM = "batch_item"
    FIRST_ANSWERS = "first_answers"
    CLEAN_UP = "clean_up"
    DELIVERY = "delivery"
    WEBHOOK_LOG = "webhook_log"


class JobState(StrEnum):
    """How a job stands just now: one of them at any time, held before all others but dead."""

    DEAD = "dead"  # its attempts are used up
    HELD = "held"  # what it belongs to is suspended
    RUNNING = "running"  # a worker has it
    DUE = "due"  # the next free worker takes it
    WAITING = "waiting"  # its time has not come


class JobOrder(StrEnum):
    """What the list is sorted by."""

    DUE = "due"
    CREATED = "created"


@dataclass(frozen=True)
class JobFilter:
    """What an operator asked to see; None: all; `page` counts from 1."""

    kind: JobKind | None = None
    state: JobState | None = None
    order: JobOrder = JobOrder.DUE
    page: int = 1


@dataclass(frozen=True)
class JobRow:
    """One job: what it does, for what, when, and how it went so far. `subject` is a message, signal or connector."""

    id: str
    kind: JobKind
    state: JobState
    due_at: datetime
    created_at: datetime
    attempts: int
    attempts_allowed: int
    priority: int
    error: str | None
    subject: str
    instance_id: str | None
    business_key: str | None
    definition_id: str | None
    process_key: str
    process_name: str
    element_key: str
    element_name: str
    why: Reason | None  # of a timer


@dataclass(frozen=True)
class Jobs:
    """One page of the list."""

    rows: tuple[JobRow, ...]
    total: int
    pages: int


def next_due() -> datetime | None:
    """When a worker has something to do next: the earliest due time or end of a lease; None: nothing is waiting."""
    now = clock.now()
    free = and_(or_(Job.lease_until.is_(None), Job.lease_until <= now), not_(is_blocked(now)))
    # Both walk along the index of ready jobs; a job that somebody has is due already, so only a few rows are read.
    due = _ready().where(free).with_only_columns(Job.due_at).order_by(Job.due_at).limit(1)
    lease = _ready().where(Job.due_at <= now, Job.lease_until > now).with_only_columns(func.min(Job.lease_until))
    moments = [moment for moment in (db.session.scalar(due), db.session.scalar(lease)) if moment is not None]
    return min(moments, default=None)


def _ready() -> Select[*tuple[Any, ...]]:
    return select(Job.id).outerjoin(ProcessInstance, ProcessInstance.id == Job.instance_id).where(IS_READY, goes_on())


def listed(actor: Actor, wanted: JobFilter, moment: datetime) -> Jobs:
    """The page of the list that *wanted* describes, as of *moment*. Raises Forbidden."""
    _check(actor)
    where = and_(_condition(wanted, moment), definition_in_scope(actor))
    total = db.session.scalar(_joined(select(func.count())).where(where)) or 0
    ordering = Job.due_at.asc() if wanted.order is JobOrder.DUE else Job.created_at.desc()
    statement = _rows().where(where).order_by(ordering, Job.id).offset((wanted.page - 1) * PAGE).limit(PAGE)
    rows = tuple(_row(found, moment) for found in db.session.execute(statement))
    return Jobs(rows, total, max(1, -(-total // PAGE)))


def part(actor: Actor, wanted: JobFilter, moment: datetime, which: Slice) -> Page[JobRow]:
    """A part of the same list, for programs; `page` of the filter is not looked at. Raises Forbidden, Invalid."""
    _check(actor)
    statement = _rows().where(_condition(wanted, moment), definition_in_scope(actor))
    first = By(Job.due_at) if wanted.order is JobOrder.DUE else By(Job.created_at, descending=True)
    return read(db.session.execute, statement, (first, By(Job.id)), which, lambda found: _row(found, moment))


def counts(actor: Actor, moment: datetime) -> dict[JobState, int]:
    """How many jobs stand how. Raises Forbidden."""
    _check(actor)
    seen = _joined(select(func.count())).where(definition_in_scope(actor))
    columns = [seen.where(_of_state(state, moment)).scalar_subquery() for state in JobState]
    return dict(zip(JobState, db.session.execute(select(*columns)).one(), strict=True))


def job(actor: Actor, job_id: str, moment: datetime) -> JobRow:
    """One job. Raises NotFound, Forbidden."""
    _check(actor)
    found = db.session.execute(_rows().where(Job.id == job_id, definition_in_scope(actor))).one_or_none()
    if found is None:
        raise NotFound(say("There is no such job; it may be done already."))
    return _row(found, moment)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))


def _rows() -> Select[*tuple[Any, ...]]:
    return _joined(
        select(
            Job,
            ProcessInstance.business_key,
            (~goes_on()).label("is_held"),
            ProcessDefinition.id.label("definition"),
            ProcessDefinition.key.label("process_key"),
            ProcessDefinition.name.label("process_name"),
        )
    )


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    definition_id = func.coalesce(ProcessInstance.definition_id, Job.definition_id)
    return (
        statement.select_from(Job)
        .outerjoin(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .outerjoin(ProcessDefinition, ProcessDefinition.id == definition_id)
    )


def _condition(wanted: JobFilter, moment: datetime) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        parts.append(Job.kind == wanted.kind.value)
    if wanted.state is not None:
        parts.append(_of_state(wanted.state, moment))
    return and_(true(), *parts)


def _of_state(state: JobState, moment: datetime) -> ColumnElement[bool]:
    leased = and_(Job.lease_until.is_not(None), Job.lease_until > moment)
    free = and_(IS_READY, goes_on())
    return {
        JobState.DEAD: Job.state == "dead",
        JobState.HELD: and_(IS_READY, ~goes_on()),
        JobState.RUNNING: and_(free, leased),
        JobState.DUE: and_(free, ~leased, Job.due_at <= moment),
        JobState.WAITING: and_(free, ~leased, Job.due_at > moment),
    }[state]


def _row(found: Any, moment: datetime) -> JobRow:
    row: Job = found.Job
    return JobRow(
        id=row.id,
        kind=JobKind(row.kind),
        state=_state(row, found.is_held, moment),
        due_at=row.due_at,
        created_at=row.created_at,
        attempts=row.attempts,
        attempts_allowed=row.attempts_allowed,
        priority=row.priority,
        error=row.error,
        subject=_subject(row),
        instance_id=row.instance_id,
        business_key=found.business_key,
        definition_id=found.definition,
        process_key=found.process_key or "",
        process_name=found.process_name or "",
        element_key=row.element_key or "",
        element_name=_element_name(found.definition, row.element_key or ""),
        why=reason_of(found.definition, row.element_key, row.number) if row.kind in _TIMERS else None,
    )


def _state(row: Job, is_held: bool, moment: datetime) -> JobState:
    if row.state == "dead":
        return JobState.DEAD
    if is_held:
        return JobState.HELD
    if row.lease_until is not None and row.lease_until > moment:
        return JobState.RUNNING
    return JobState.DUE if row.due_at <= moment else JobState.WAITING


def _subject(row: Job) -> str:
    """The one word of the payload that tells a person what the job is about; never the values in it."""
    if row.kind not in (JobKind.CONNECTOR, JobKind.MESSAGE, JobKind.SIGNAL):
        return ""
    payload = json.loads(row.payload)
    return str(payload.get("connector" if row.kind == JobKind.CONNECTOR else "name", ""))


def _element_name(definition_id: str | None, element_key: str) -> str:
    if definition_id is None or not element_key:
        return element_key
    element = definitions.process(definition_id).element(element_key)
    return (element.name or element_key) if element is not None else element_key
