"""What is stuck: open incidents by cause, what trying again would touch, and the numbers above the pages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from server import clock
from server.bpmn.definition import Element
from server.database import count_up_to, db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import PERMISSIONS, Permission
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.external_task import ExternalTask
from server.records.identity import Person
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.waiting_message import WaitingMessage
from server.runtime import access, definitions
from server.runtime.causes import Group, is_tried_again, open_incidents
from server.runtime.jobs import goes_on
from server.runtime.scope import refuse_scoped
from server.sentences import say

CAUSES = 10  # causes on a page
SHOWN = 5  # incidents of a cause before "show all"
PAGE = 25
MOST_COUNTED = 1000  # external tasks: there may be very many
MOST_AT_ONCE = 1000  # how many incidents of a cause are listed before they are tried again


_GROUP = (Incident.cause, ProcessDefinition.key, Incident.element_key)
_Key = tuple[str, str, str]
"""What makes incidents one group: cause, process, element."""


@dataclass(frozen=True)
class Strip:
    """The numbers of operations, all as of one moment."""

    incidents: int
    causes: int
    oldest: datetime | None
    dead_jobs: int
    due_jobs: int
    running_jobs: int
    waiting_timers: int
    suspended: int
    suspended_definitions: int
    messages: int  # that nobody waits for
    external_tasks: int


@dataclass(frozen=True)
class IncidentRow:
    """One open incident. `is_tried_again`: a batch has it and has not come to it yet."""

    id: str
    instance_id: str
    business_key: str | None
    title: str | None
    process_key: str
    process_name: str
    element_key: str
    element_name: str
    kind: str
    message: str
    line: int
    owner: str | None  # the sign-in name of who has it to mend
    owner_name: str
    note: str | None
    raised_at: datetime
    is_suspended: bool
    is_tried_again: bool


@dataclass(frozen=True)
class Cause:
    """Open incidents at one element with the same text but for names and numbers; `incidents` are the oldest."""

    text: str
    process_key: str
    process_name: str
    element_key: str
    element_name: str
    count: int
    instances: int
    example: str
    kinds: tuple[str, ...]
    oldest: datetime
    newest: datetime
    owners: tuple[str, ...]
    incidents: tuple[IncidentRow, ...]


@dataclass(frozen=True)
class Causes:
    """One page of causes, the most frequent first."""

    causes: tuple[Cause, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Mender:
    """Somebody who may mend process instances."""

    id: str
    name: str


def strip(actor: Actor) -> Strip:
    """How much is stuck, due and waiting just now. Raises Forbidden, also for a token of some processes."""
    _check(actor)
    refuse_scoped(actor)
    now = clock.now()
    open_ones = Incident.resolved_at.is_(None)
    jobs = select(func.count()).select_from(Job).outerjoin(ProcessInstance, ProcessInstance.id == Job.instance_id)
    ready = jobs.where(Job.state == "ready", goes_on())
    leased = and_(Job.lease_until.is_not(None), Job.lease_until > now)
    timers = Job.kind.in_(("timer", "start_timer"))
    found = db.session.execute(
        select(
            select(func.count()).select_from(Incident).where(open_ones).scalar_subquery(),
            select(func.count(Incident.cause.distinct())).where(open_ones).scalar_subquery(),
            select(func.min(Incident.raised_at)).where(open_ones).scalar_subquery(),
            jobs.where(Job.state == "dead").scalar_subquery(),
            ready.where(Job.due_at <= now, ~leased).scalar_subquery(),
            ready.where(leased).scalar_subquery(),
            ready.where(Job.due_at > now, timers).scalar_subquery(),
            select(func.count()).select_from(ProcessInstance).where(_suspended(actor)).scalar_subquery(),
            select(func.count()).select_from(ProcessDefinition).where(ProcessDefinition.suspended).scalar_subquery(),
            select(func.count()).select_from(WaitingMessage).where(WaitingMessage.expires_at > now).scalar_subquery(),
            count_up_to(MOST_COUNTED, select(ExternalTask.id)),
        )
    ).one()
    return Strip(*found)


def causes(actor: Actor, page: int = 1) -> Causes:
    """The page of causes of all open incidents. Raises Forbidden."""
    _check(actor)
    numbers = (
        _open(
            select(
                *_GROUP,
                func.count().label("incidents"),
                func.count(Incident.instance_id.distinct()).label("instances"),
                func.min(Incident.raised_at).label("oldest"),
                func.max(Incident.raised_at).label("newest"),
            ),
            actor,
        )
        .group_by(*_GROUP)
        .order_by(func.count().desc(), func.min(Incident.raised_at), *_GROUP)
    )
    total = db.session.scalar(select(func.count()).select_from(numbers.order_by(None).subquery())) or 0
    found = db.session.execute(numbers.offset((page - 1) * CAUSES).limit(CAUSES)).all()
    texts = [row.cause for row in found]
    where_from, first = _kinds(actor, texts), _oldest_of_each(actor, texts)
    return Causes(
        tuple(_cause(row, where_from[_of(row)], first[_of(row)]) for row in found if first[_of(row)]),
        total,
        max(1, -(-total // CAUSES)),
    )


def incidents_of(actor: Actor, group: Group, limit: int = MOST_AT_ONCE) -> tuple[IncidentRow, ...]:
    """The open incidents of a cause, oldest first: what trying it again would touch. Raises NotFound, Forbidden."""
    _check(actor)
    among = open_incidents(actor, group).with_only_columns(Incident.id)
    found = db.session.execute(
        _open(_columns(), actor).where(Incident.id.in_(among)).order_by(Incident.raised_at, Incident.id).limit(limit)
    ).all()
    if not found:
        raise NotFound(say("No incident with this cause is open any more."))
    return tuple(_incident(row) for row in found)


def part(actor: Actor, which: Slice) -> Page[IncidentRow]:
    """A part of the open incidents, the oldest first. Raises Forbidden, Invalid."""
    _check(actor)
    order = (By(Incident.raised_at), By(Incident.id))
    return read(db.session.execute, _open(_columns(), actor), order, which, _incident)


def incident(actor: Actor, incident_id: str) -> IncidentRow:
    """One open incident. Raises NotFound, Forbidden."""
    _check(actor)
    found = db.session.execute(_open(_columns(), actor).where(Incident.id == incident_id)).one_or_none()
    if found is None:
        raise NotFound(say("This incident has been resolved already, or there never was one."))
    return _incident(found)


def menders(actor: Actor) -> tuple[Mender, ...]:
    """Who may have an incident to mend. Raises Forbidden."""
    _check(actor)
    roles = [role for role, permissions in PERMISSIONS.items() if Permission.MEND in permissions]
    named = or_(*(literal(",").concat(Person.roles).concat(",").contains(f",{role},") for role in roles))
    found = db.session.execute(
        select(Person.id, Person.name).where(Person.active, ~Person.is_program, named).order_by(Person.name, Person.id)
    )
    return tuple(Mender(row.id, row.name) for row in found)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))


def _open(statement: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(Incident)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == Incident.definition_id)
        .where(Incident.resolved_at.is_(None), access.visible_instances(actor))
    )


def _columns() -> Select[*tuple[Any, ...]]:
    owner = select(Person.name).where(Person.id == Incident.owner).scalar_subquery()
    return select(
        Incident,
        ProcessInstance.business_key,
        ProcessInstance.title,
        ProcessInstance.state.label("instance_state"),
        ProcessDefinition.key.label("process_key"),
        ProcessDefinition.name.label("process_name"),
        is_tried_again().label("tried"),
        owner.label("owner_name"),
    )


def _incident(found: Any) -> IncidentRow:
    row: Incident = found.Incident
    return IncidentRow(
        id=row.id,
        instance_id=row.instance_id,
        business_key=found.business_key,
        title=found.title,
        process_key=found.process_key,
        process_name=found.process_name,
        element_key=row.element_key,
        element_name=_element_name(row.definition_id, row.element_key),
        kind=row.kind,
        message=row.message,
        line=row.line,
        owner=row.owner,
        owner_name=found.owner_name or row.owner or "",
        note=row.note,
        raised_at=row.raised_at,
        is_suspended=found.instance_state == "suspended",
        is_tried_again=bool(found.tried),
    )


def _of(row: Any) -> _Key:
    return (row.cause, row.key, row.element_key)


def _oldest_of_each(actor: Actor, texts: Sequence[str]) -> dict[_Key, list[IncidentRow]]:
    """The first SHOWN incidents of each cause at each element, in one statement."""
    place = func.row_number().over(partition_by=_GROUP, order_by=(Incident.raised_at, Incident.id))
    ranked = _open(select(Incident.id, place.label("place")), actor).where(Incident.cause.in_(texts))
    ranks = ranked.subquery()
    wanted = select(ranks.c.id).where(ranks.c.place <= SHOWN)
    found: dict[_Key, list[IncidentRow]] = defaultdict(list)
    rows = db.session.execute(
        _open(_columns(), actor).where(Incident.id.in_(wanted)).order_by(Incident.raised_at, Incident.id)
    )
    for row in rows:
        found[row.Incident.cause, row.process_key, row.Incident.element_key].append(_incident(row))
    return found


def _kinds(actor: Actor, texts: Sequence[str]) -> dict[_Key, list[Any]]:
    """The kinds of each group, the most frequent first, and who has some of it."""
    owner = func.coalesce(Person.name, Incident.owner).label("owner")
    columns = (*_GROUP, Incident.kind, owner)
    found: dict[_Key, list[Any]] = defaultdict(list)
    rows = db.session.execute(
        _open(select(*columns), actor)
        .outerjoin(Person, Person.id == Incident.owner)
        .where(Incident.cause.in_(texts))
        .group_by(*columns)
        .order_by(func.count().desc(), Incident.kind, owner)
    )
    for row in rows:
        found[_of(row)].append(row)
    return found


def _cause(row: Any, kinds: Sequence[Any], first: Sequence[IncidentRow]) -> Cause:
    return Cause(
        text=row.cause,
        process_key=row.key,
        process_name=first[0].process_name,
        element_key=row.element_key,
        element_name=first[0].element_name,
        count=row.incidents,
        instances=row.instances,
        example=first[0].message,
        kinds=tuple(dict.fromkeys(one.kind for one in kinds)),
        oldest=row.oldest,
        newest=row.newest,
        owners=tuple(dict.fromkeys(one.owner for one in kinds if one.owner)),
        incidents=tuple(first),
    )


def _element_name(definition_id: str, element_key: str) -> str:
    element: Element | None = definitions.process(definition_id).element(element_key)
    return (element.name or element_key) if element is not None else element_key


def _suspended(actor: Actor) -> Any:
    return and_(ProcessInstance.state == "suspended", access.visible_instances(actor))
