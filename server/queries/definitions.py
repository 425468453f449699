"""Process definitions: the list of processes, one version with what belongs to it, two versions compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from server.bpmn.definition import Element, Process, Trigger
from server.bpmn.difference import Change, compare
from server.database import db
from server.errors import NotFound, Problem
from server.identity.actor import CONSOLE, WORKER, Actor
from server.identity.permissions import Permission
from server.records.definition import FormDefinition, ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.records.identity import Group, Person
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.sentences import say

_MISSING = say("There is no process definition here by that address, or you may not see it.")
_INSIDE = say("written in the model")
_LIVING = ("active", "suspended")
_BY_ITSELF = {actor.id: actor.name for actor in (WORKER, CONSOLE)}


class Sort(StrEnum):
    """What the list of processes is sorted by."""

    NAME = "name"
    DEPLOYED = "deployed"
    RUNNING = "running"
    INCIDENTS = "incidents"


class Only(StrEnum):
    """Which processes are listed."""

    ANY = "any"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    INCIDENTS = "incidents"


@dataclass(frozen=True)
class ProcessLine:
    """The latest version of a process; counts are those of all its versions."""

    id: str
    key: str
    name: str
    version: int
    category: str
    suspended: bool
    executable: bool
    running: int
    incidents: int
    deployed_at: datetime
    deployed_by: str
    owner: str


@dataclass(frozen=True)
class VersionLine:
    """One version with its instances."""

    id: str
    version: int
    version_tag: str
    latest: bool
    suspended: bool
    deployed_at: datetime
    deployed_by: str
    running: int
    ended: int


@dataclass(frozen=True)
class StartLine:
    """What starts instances: `kind` is person, message, signal or timer; `due` when a timer comes next."""

    element_key: str
    element: str
    kind: str
    words: str
    due: datetime | None = None


@dataclass(frozen=True)
class FormLine:
    """A form with the element that shows it; version 0 is written in the model, None is not deployed."""

    element_key: str
    element: str
    form: str
    version: int | None


@dataclass(frozen=True)
class ElementLine:
    """An element for the table beside the diagram."""

    key: str
    name: str
    kind: str
    lane: str
    documentation: str
    calls: str
    has_inside: bool  # a sub-process: a token in it is counted at the element inside as well


@dataclass(frozen=True)
class DefinitionView:
    """One version and everything that belongs to it."""

    id: str
    key: str
    name: str
    version: int
    version_tag: str
    documentation: str
    category: str
    owner: str
    executable: bool
    latest: bool
    suspended: bool
    may_start: bool
    deployed_at: datetime
    deployed_by: str
    file: str
    digest: str
    notes: tuple[Problem, ...]
    versions: tuple[VersionLine, ...]
    starts: tuple[StartLine, ...]
    forms: tuple[FormLine, ...]
    elements: tuple[ElementLine, ...]
    titles: Mapping[str, str]  # what people call the elements and flows, by their ids
    revision: int  # raised when it is suspended or resumed


@dataclass(frozen=True)
class Comparison:
    """What changed from one version of a process to another."""

    old: VersionLine
    new: VersionLine
    changes: tuple[Change, ...]


def processes(
    actor: Actor, text: str = "", only: Only = Only.ANY, sort: Sort = Sort.NAME
) -> tuple[tuple[ProcessLine, ...], int]:
    """The latest version of every process that fits, and how many processes there are in all."""
    live = _instances_by(ProcessDefinition.key)
    running, incidents = func.coalesce(live.c.running, 0), func.coalesce(live.c.incidents, 0)
    statement = (
        select(
            ProcessDefinition,
            running.label("running"),
            incidents.label("incidents"),
            Deployment.deployed_at,
            func.coalesce(Person.name, Deployment.deployed_by).label("deployer"),
            func.coalesce(Group.name, ProcessDefinition.owner_group, "").label("owner"),
        )
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .outerjoin(live, live.c.name == ProcessDefinition.key)
        .outerjoin(Person, Person.id == Deployment.deployed_by)
        .outerjoin(Group, Group.id == ProcessDefinition.owner_group)
        .where(ProcessDefinition.latest, _may_see(actor), *_fitting(text), *_states(only, incidents))
        .order_by(*_order(sort, running, incidents))
    )
    total = db.session.scalar(select(func.count()).where(ProcessDefinition.latest, _may_see(actor))) or 0
    return tuple(_line(row) for row in db.session.execute(statement)), total


def _instances_by(column: Any) -> Any:
    living = case((ProcessInstance.state.in_(_LIVING), 1), else_=0)
    return (
        select(
            column.label("name"),
            func.sum(living).label("running"),
            func.sum(ProcessInstance.incidents * living).label("incidents"),
            func.count().label("total"),
        )
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .group_by(column)
        .subquery()
    )


def _may_see(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(Permission.SEE_DEFINITIONS) else false()


def _fitting(text: str) -> list[ColumnElement[bool]]:
    sought = text.strip().lower()
    columns = (ProcessDefinition.name, ProcessDefinition.key, ProcessDefinition.category)
    return [or_(*(func.lower(column).contains(sought, autoescape=True) for column in columns))] if sought else []


def _states(only: Only, incidents: ColumnElement[int]) -> list[ColumnElement[bool]]:
    if only is Only.ACTIVE:
        return [ProcessDefinition.suspended.is_(False)]
    if only is Only.SUSPENDED:
        return [ProcessDefinition.suspended.is_(True)]
    return [incidents > 0] if only is Only.INCIDENTS else []


def _order(sort: Sort, running: ColumnElement[int], incidents: ColumnElement[int]) -> tuple[Any, ...]:
    by_name = (func.lower(ProcessDefinition.name), ProcessDefinition.key)
    first: dict[Sort, tuple[Any, ...]] = {
        Sort.NAME: (),
        Sort.DEPLOYED: (Deployment.deployed_at.desc(),),
        Sort.RUNNING: (running.desc(),),
        Sort.INCIDENTS: (incidents.desc(),),
    }
    return (*first[sort], *by_name)


def _line(row: Any) -> ProcessLine:
    definition: ProcessDefinition = row[0]
    return ProcessLine(
        definition.id,
        definition.key,
        definition.name,
        definition.version,
        definition.category,
        definition.suspended,
        definition.executable,
        row.running,
        row.incidents,
        row.deployed_at,
        _BY_ITSELF.get(row.deployer, row.deployer),
        row.owner,
    )


def definition(actor: Actor, definition_id: str) -> DefinitionView:
    """One version. Raises NotFound, also for those who may not see definitions."""
    row = db.session.execute(
        select(ProcessDefinition, Resource.name, Resource.digest, Group.name.label("owner"))
        .join(Resource, Resource.id == ProcessDefinition.resource_id)
        .outerjoin(Group, Group.id == ProcessDefinition.owner_group)
        .where(ProcessDefinition.id == definition_id, _may_see(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(_MISSING)
    found: ProcessDefinition = row[0]
    process = definitions.process(found.id)
    versions = _versions(found.key)
    own = next(version for version in versions if version.id == found.id)
    may_start = found.latest and found.startable and not found.suspended
    return DefinitionView(
        id=found.id,
        key=found.key,
        name=found.name,
        version=found.version,
        version_tag=found.version_tag or "",
        documentation=found.documentation,
        category=found.category,
        owner=row.owner or found.owner_group or "",
        executable=found.executable,
        latest=found.latest,
        suspended=found.suspended,
        may_start=may_start and access.startable(actor, found.key, frozenset(json.loads(found.starters))),
        deployed_at=own.deployed_at,
        deployed_by=own.deployed_by,
        file=row.name,
        digest=row.digest,
        notes=tuple(
            Problem(text, element, line, None, level) for level, element, line, text in json.loads(found.notes)
        ),
        versions=versions,
        starts=_starts(found, process),
        forms=_forms(process),
        elements=tuple(_element(element) for element in process.elements()),
        titles=process.titles(),
        revision=found.revision,
    )


def _versions(key: str) -> tuple[VersionLine, ...]:
    live = _instances_by(ProcessDefinition.id)
    rows = db.session.execute(
        select(
            ProcessDefinition,
            Deployment.deployed_at,
            func.coalesce(Person.name, Deployment.deployed_by).label("deployer"),
            func.coalesce(live.c.running, 0).label("running"),
            func.coalesce(live.c.total, 0).label("total"),
        )
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .outerjoin(Person, Person.id == Deployment.deployed_by)
        .outerjoin(live, live.c.name == ProcessDefinition.id)
        .where(ProcessDefinition.key == key)
        .order_by(ProcessDefinition.version.desc())
    )
    return tuple(
        VersionLine(
            row[0].id,
            row[0].version,
            row[0].version_tag or "",
            row[0].latest,
            row[0].suspended,
            row.deployed_at,
            _BY_ITSELF.get(row.deployer, row.deployer),
            row.running,
            row.total - row.running,
        )
        for row in rows
    )


def _starts(found: ProcessDefinition, process: Process) -> tuple[StartLine, ...]:
    jobs = db.session.execute(
        select(Job.element_key, func.min(Job.due_at))
        .where(Job.definition_id == found.id, Job.kind == "start_timer", Job.state == "ready")
        .group_by(Job.element_key)
    )
    due: dict[str | None, datetime] = {row[0]: row[1] for row in jobs}
    elements = [process.level.elements[key] for key in process.level.starts]
    plain = [
        StartLine(element.id, title(element), "person", say("a person, with the start page"))
        for element in elements
        if not element.triggers
    ]
    triggered = [
        StartLine(element.id, title(element), trigger.kind, _trigger(trigger), due.get(element.id))
        for element in elements
        for trigger in element.triggers
    ]
    return (*plain, *triggered)


def _trigger(trigger: Trigger) -> str:
    name = (trigger.timer.text if trigger.timer else "") if trigger.kind == "timer" else ""
    name = name or (trigger.name.text if trigger.name else "")
    match trigger.kind:
        case "timer":
            return say("a timer: %(name)s", name=name)
        case "message":
            return say("the message %(name)s", name=name)
        case "signal":
            return say("the signal %(name)s", name=name)
        case "conditional":
            return say("a condition that becomes true")
        case kind:
            return f"{kind} {name}".strip()


def _forms(process: Process) -> tuple[FormLine, ...]:
    used = [(element, element.form) for element in process.elements() if element.form is not None]
    keys = {form.key for _, form in used if form.key}
    rows = db.session.execute(
        select(FormDefinition.key, FormDefinition.version).where(FormDefinition.key.in_(keys), FormDefinition.latest)
    )
    versions: dict[str, int] = {row.key: row.version for row in rows}
    return tuple(
        FormLine(element.id, title(element), form.key or _INSIDE, versions.get(form.key) if form.key else 0)
        for element, form in used
    )


def _element(element: Element) -> ElementLine:
    calls = element.call.process_key.text if element.call is not None else ""
    words = (element.id, title(element), _plain(element.kind), element.lane, element.documentation, calls)
    return ElementLine(*words, has_inside=element.inner is not None)


def _plain(kind: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)


def title(element: Element) -> str:
    """What people call an element."""
    return element.name or element.id


def comparison(actor: Actor, old_id: str, new_id: str) -> Comparison:
    """Two versions of one process, in words. Raises NotFound."""
    rows: Sequence[ProcessDefinition] = db.session.scalars(
        select(ProcessDefinition).where(and_(ProcessDefinition.id.in_((old_id, new_id)), _may_see(actor)))
    ).all()
    found = {row.id: row for row in rows}
    if {old_id, new_id} - found.keys() or found[old_id].key != found[new_id].key:
        raise NotFound(_MISSING)
    lines = {line.id: line for line in _versions(found[new_id].key)}
    changes = compare(definitions.process(old_id), definitions.process(new_id))
    return Comparison(lines[old_id], lines[new_id], changes)
