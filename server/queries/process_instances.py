"""Process instances: the list with its filters, and the head of one with its relatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Select, String, case, func, or_, select

from server.database import db
from server.errors import NotFound
from server.identity.actor import CONSOLE, WORKER, Actor
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.process_instance import Involvement, ProcessInstance
from server.runtime import access
from server.sentences import say

PAGE = 25
IN_A_FILE = 10_000
_BY_ITSELF = {actor.id: actor.name for actor in (WORKER, CONSOLE)}
_MISSING = say("There is no process instance here by that address, or you may not see it.")


class State(StrEnum):
    """Which instances are listed."""

    ANY = "any"
    ACTIVE = "active"
    INCIDENT = "incident"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class Sort(StrEnum):
    """What the list of instances is sorted by."""

    NEWEST = "newest"
    OLDEST = "oldest"
    ENDED = "ended"
    PROCESS = "process"


@dataclass(frozen=True)
class Wanted:
    """The filters; dates are days in the zone of whoever asks, both included."""

    state: State = State.ANY
    process_key: str = ""
    text: str = ""
    started_by: str = ""
    started_from: date | None = None
    started_until: date | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1


@dataclass(frozen=True)
class InstanceLine:
    """One row of the list."""

    id: str
    business_key: str
    title: str
    process_key: str
    process_name: str
    version: int
    state: str
    incidents: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Found:
    """One page of the list, with how many instances each state has under the other filters."""

    rows: tuple[InstanceLine, ...]
    counts: Mapping[State, int]
    total: int
    pages: int


@dataclass(frozen=True)
class Relative:
    """An instance that calls this one or is called by it, if the actor may see it."""

    id: str
    business_key: str
    process_name: str
    state: str


@dataclass(frozen=True)
class InstanceView:
    """The head of one instance."""

    id: str
    business_key: str
    title: str
    state: str
    incidents: int
    started_at: datetime
    started_by: str
    starter: str
    ended_at: datetime | None
    end_reason: str
    definition_id: str
    process_key: str
    process_name: str
    version: int
    is_followed: bool
    is_own: bool  # the actor started it
    caller: Relative | None
    called: tuple[Relative, ...]
    revision: int

    @property
    def is_live(self) -> bool:
        return self.state in ("active", "suspended")


def instances(actor: Actor, wanted: Wanted) -> Found:
    """One page of the instances that the actor may see."""
    filters = _filters(actor, wanted)
    rows = db.session.execute(
        _lines(actor)
        .where(*filters, *_state(wanted.state))
        .order_by(*_order(wanted.sort))
        .offset((wanted.page - 1) * PAGE)
        .limit(PAGE)
    )
    counts = _counts(actor, filters)
    total = counts[wanted.state]
    return Found(tuple(_line(row) for row in rows), counts, total, max(1, -(-total // PAGE)))


def part(actor: Actor, wanted: Wanted, which: Slice) -> Page[InstanceLine]:
    """A part of the same list, for programs; `page` of the filters is not looked at. Raises Invalid."""
    statement = _lines(actor).where(*_filters(actor, wanted), *_state(wanted.state))
    return read(db.session.execute, statement, _SORTED_BY[wanted.sort], which, _line)


def exported(actor: Actor, wanted: Wanted) -> tuple[InstanceLine, ...]:
    """Every instance that fits, at most IN_A_FILE of them."""
    statement = _lines(actor).where(*_filters(actor, wanted), *_state(wanted.state)).order_by(*_order(wanted.sort))
    return tuple(_line(row) for row in db.session.execute(statement.limit(IN_A_FILE)))


def chosen(actor: Actor, instance_ids: Sequence[str]) -> tuple[InstanceLine, ...]:
    """Those of the named instances that the actor may see, the oldest first."""
    statement = _lines(actor).where(ProcessInstance.id.in_(instance_ids[:IN_A_FILE])).order_by(*_order(Sort.OLDEST))
    return tuple(_line(row) for row in db.session.execute(statement))


def process_choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Key and name of every process of which the actor may see an instance."""
    rows = db.session.execute(
        select(ProcessDefinition.key, func.max(ProcessDefinition.name))
        .where(ProcessDefinition.id.in_(select(ProcessInstance.definition_id).where(access.visible_instances(actor))))
        .group_by(ProcessDefinition.key)
        .order_by(func.max(ProcessDefinition.name))
    )
    return tuple((key, name) for key, name in rows)


def starter_choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Id and name of everybody who started an instance that the actor may see."""
    started = select(ProcessInstance.started_by).where(access.visible_instances(actor))
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(started)).order_by(Person.name))
    return tuple((person_id, name) for person_id, name in rows)


def _lines(actor: Actor) -> Select[ProcessInstance, str, str, int, str]:
    return (
        select(
            ProcessInstance,
            ProcessDefinition.key,
            ProcessDefinition.name,
            ProcessDefinition.version,
            func.coalesce(Person.name, ProcessInstance.started_by).label("starter"),
        )
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(Person, Person.id == ProcessInstance.started_by)
        .where(access.visible_instances(actor))
    )


def _line(row: Any) -> InstanceLine:
    instance: ProcessInstance = row[0]
    return InstanceLine(
        instance.id,
        instance.business_key or "",
        instance.title or "",
        row.key,
        row.name,
        row.version,
        instance.state,
        instance.incidents,
        instance.started_at,
        _BY_ITSELF.get(row.starter, row.starter),
        instance.ended_at,
    )


def _filters(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """All filters but that of the state."""
    found: list[ColumnElement[bool]] = []
    zone = _zone(actor)
    if wanted.process_key:
        found.append(
            ProcessInstance.definition_id.in_(
                select(ProcessDefinition.id).where(ProcessDefinition.key == wanted.process_key)
            )
        )
    if wanted.text:
        sought = wanted.text.lower()
        columns = (ProcessInstance.business_key, ProcessInstance.title)
        found.append(
            or_(
                *(func.lower(column).contains(sought, autoescape=True) for column in columns),
                ProcessInstance.id == sought,
            )
        )
    if wanted.started_by:
        found.append(ProcessInstance.started_by == wanted.started_by)
    if wanted.started_from:
        found.append(ProcessInstance.started_at >= datetime.combine(wanted.started_from, time(), zone))
    if wanted.started_until and wanted.started_until < date.max:
        following = wanted.started_until + timedelta(days=1)
        found.append(ProcessInstance.started_at < datetime.combine(following, time(), zone))
    return found


def _zone(actor: Actor) -> tzinfo:
    try:
        return ZoneInfo(actor.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _state(state: State) -> list[ColumnElement[bool]]:
    if state is State.ANY:
        return []
    if state is State.INCIDENT:
        return [ProcessInstance.incidents > 0, ProcessInstance.state.in_(("active", "suspended"))]
    return [ProcessInstance.state == state.value]


def _order(sort: Sort) -> tuple[Any, ...]:
    return tuple(by.column.desc() if by.descending else by.column for by in _SORTED_BY[sort])


_NEWEST = (By(ProcessInstance.started_at, descending=True), By(ProcessInstance.id))
_SORTED_BY = {
    Sort.NEWEST: _NEWEST,
    Sort.OLDEST: (By(ProcessInstance.started_at), By(ProcessInstance.id)),
    # What has not ended comes last.
    Sort.ENDED: (By(func.coalesce(ProcessInstance.ended_at, datetime(1, 1, 1, tzinfo=UTC)), descending=True), *_NEWEST),
    Sort.PROCESS: (By(func.lower(ProcessDefinition.name, type_=String)), *_NEWEST),
}


def _counts(actor: Actor, filters: list[ColumnElement[bool]]) -> dict[State, int]:
    stopped = func.sum(case((ProcessInstance.incidents > 0, 1), else_=0))
    rows = db.session.execute(
        select(ProcessInstance.state, func.count(), stopped)
        .where(access.visible_instances(actor), *filters)
        .group_by(ProcessInstance.state)
    ).all()
    counts = dict.fromkeys(State, 0)
    for state, number, with_incident in rows:
        counts[State(state)] = number
        counts[State.ANY] += number
        if state in ("active", "suspended"):
            counts[State.INCIDENT] += with_incident
    return counts


def instance(actor: Actor, instance_id: str) -> InstanceView:
    """One instance. Raises NotFound, also where the actor may not see it."""
    row = db.session.execute(_lines(actor).where(ProcessInstance.id == instance_id)).one_or_none()
    if row is None:
        raise NotFound(_MISSING)
    found: ProcessInstance = row[0]
    follows = db.session.scalar(
        select(Involvement.follows).where(Involvement.instance_id == found.id, Involvement.person_id == actor.id)
    )
    callers = _relatives(actor, ProcessInstance.id == found.caller_id) if found.caller_id else ()
    return InstanceView(
        id=found.id,
        business_key=found.business_key or "",
        title=found.title or "",
        state=found.state,
        incidents=found.incidents,
        started_at=found.started_at,
        started_by=found.started_by,
        starter=_BY_ITSELF.get(row.starter, row.starter),
        ended_at=found.ended_at,
        end_reason=found.end_reason or "",
        definition_id=found.definition_id,
        process_key=row.key,
        process_name=row.name,
        version=row.version,
        is_followed=bool(follows),
        is_own=found.started_by == actor.id and found.caller_id is None,
        caller=callers[0] if callers else None,
        called=_relatives(actor, ProcessInstance.caller_id == found.id),
        revision=found.revision,
    )


def _relatives(actor: Actor, condition: ColumnElement[bool]) -> tuple[Relative, ...]:
    rows = db.session.execute(
        select(ProcessInstance.id, ProcessInstance.business_key, ProcessDefinition.name, ProcessInstance.state)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(condition, access.visible_instances(actor))
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
        .limit(100)
    )
    return tuple(Relative(row.id, row.business_key or "", row.name, row.state) for row in rows)
