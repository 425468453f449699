"""Process definitions and deployments as programs choose them: by any of their columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from server.bpmn.definition import Element, FormReference
from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.activity_instance import ActivityInstance
from server.records.decision import DecisionDefinition
from server.records.definition import FormDefinition, ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.runtime.selecting import Selection, Where, conditions, part

COLUMNS: Mapping[str, Any] = {
    "id": ProcessDefinition.id,
    "key": ProcessDefinition.key,
    "name": ProcessDefinition.name,
    "version": ProcessDefinition.version,
    "version_tag": ProcessDefinition.version_tag,
    "category": ProcessDefinition.category,
    "latest": ProcessDefinition.latest,
    "suspended": ProcessDefinition.suspended,
    "startable": ProcessDefinition.startable,
    "deployment_id": ProcessDefinition.deployment_id,
    "deployed_at": Deployment.deployed_at,
    "resource_name": Resource.name,
}
_DEPLOYMENTS: Mapping[str, Any] = {"id": Deployment.id, "deployed_at": Deployment.deployed_at}
_HAS_NO = "There is no process definition with this id, or you may not see it."


@dataclass(frozen=True)
class DefinitionRow:
    """One version of a process."""

    id: str
    key: str
    name: str
    version: int
    version_tag: str | None
    category: str
    documentation: str
    suspended: bool
    startable: bool
    executable: bool
    deployment_id: str
    resource_name: str


@dataclass(frozen=True)
class ResourceRow:
    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class DeploymentRow:
    """One act of deploying, with what was new in it."""

    id: str
    deployed_at: datetime
    deployed_by: str
    resources: tuple[ResourceRow, ...]


@dataclass(frozen=True)
class DecisionRow:
    """One version of a decision that a deployment brought."""

    id: str
    key: str
    name: str
    version: int
    version_tag: str | None
    deployment_id: str
    resource_name: str


@dataclass(frozen=True)
class ElementCount:
    """How many live visits an element has in all instances of a version, and how many open incidents of each kind."""

    element_key: str
    instances: int
    incidents: Mapping[str, int]


@dataclass(frozen=True)
class DefinitionCount:
    """How many live instances a version has, and how many open incidents of each kind are in them."""

    definition: DefinitionRow
    instances: int
    incidents: Mapping[str, int]


def listed(actor: Actor, wanted: Selection) -> tuple[DefinitionRow, ...]:
    """Those that the actor may see: all of them, or those they may start. Raises Invalid."""
    if actor.may(Permission.SEE_DEFINITIONS):
        return tuple(_row(each) for each in db.session.execute(_part(actor, wanted)))
    rows = db.session.execute(_part(actor, Selection(wanted.where, wanted.sort)))
    seen = [_row(each) for each in rows if _may_start(actor, each[0])]
    return tuple(seen[wanted.first : None if wanted.most is None else wanted.first + wanted.most])


def count(actor: Actor, wanted: Selection) -> int:
    """How many there are."""
    if not actor.may(Permission.SEE_DEFINITIONS):
        return len(listed(actor, Selection(wanted.where)))
    chosen = _statement(actor).where(*conditions(COLUMNS, wanted.where))
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def definition(actor: Actor, definition_id: str) -> DefinitionRow:
    """One of them. Raises NotFound."""
    found = listed(actor, Selection((Where("id", definition_id),)))
    if not found:
        raise NotFound(_HAS_NO)
    return found[0]


def latest(actor: Actor, key: str) -> DefinitionRow:
    """The newest version of a process. Raises NotFound."""
    found = listed(actor, Selection((Where("key", key), Where("latest", True))))
    if not found:
        raise NotFound(f"There is no process definition with the key {key}, or you may not see it.")
    return found[0]


def xml(actor: Actor, definition_id: str) -> bytes:
    """The file that a version came from. Raises NotFound."""
    return definitions.xml(definition(actor, definition_id).id)[1]


def start_form(actor: Actor, definition_id: str) -> FormReference | None:
    """The form that the model names for starting it. Raises NotFound."""
    element: Element | None = definitions.process(definition(actor, definition_id).id).plain_start()
    return None if element is None else element.form


def definition_counts(actor: Actor) -> tuple[DefinitionCount, ...]:
    """What goes on in all versions that the actor may see, in instances that they may see."""
    seen, live = access.visible_instances(actor), ProcessInstance.ended_at.is_(None)
    instances = select(ProcessInstance.definition_id, func.count()).where(seen, live)
    running = {row[0]: row[1] for row in db.session.execute(instances.group_by(ProcessInstance.definition_id))}
    incidents = _incidents_by(ProcessInstance.definition_id, seen)
    rows = listed(actor, Selection((), (("key", False), ("version", False))))
    return tuple(DefinitionCount(row, running.get(row.id, 0), incidents.get(row.id, {})) for row in rows)


def element_counts(actor: Actor, definition_id: str) -> tuple[ElementCount, ...]:
    """What goes on in all instances of a version that the actor may see, by element. Raises NotFound."""
    row = definition(actor, definition_id)
    of_it = and_(ProcessInstance.definition_id == row.id, access.visible_instances(actor))
    live = (
        select(ActivityInstance.element_key, func.count())
        .join(ProcessInstance, ProcessInstance.id == ActivityInstance.instance_id)
        .where(ActivityInstance.ended_at.is_(None), of_it)
        .group_by(ActivityInstance.element_key)
    )
    visits = {row[0]: row[1] for row in db.session.execute(live)}
    incidents = _incidents_by(Incident.element_key, of_it)
    keys = sorted(visits.keys() | incidents.keys())
    return tuple(ElementCount(key, visits.get(key, 0), incidents.get(key, {})) for key in keys)


def _incidents_by(column: Any, of_them: ColumnElement[bool]) -> dict[str, dict[str, int]]:
    """How many are open, by what stands in the column, and by kind."""
    open_ones = (
        select(column, Incident.kind, func.count())
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), of_them)
        .group_by(column, Incident.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for key, kind, number in db.session.execute(open_ones):
        found.setdefault(key, {})[kind] = number
    return found


def deployments(actor: Actor, wanted: Selection) -> tuple[DeploymentRow, ...]:
    """Acts of deploying. Raises Forbidden, Invalid."""
    _check(actor)
    rows = db.session.scalars(part(select(Deployment), _DEPLOYMENTS, wanted, Deployment.id)).all()
    resources: dict[str, list[ResourceRow]] = {row.id: [] for row in rows}
    named = select(Resource.id, Resource.deployment_id, Resource.name, Resource.kind)
    for each in db.session.execute(named.where(Resource.deployment_id.in_(resources)).order_by(Resource.name)):
        resources[each.deployment_id].append(ResourceRow(each.id, each.name, each.kind))
    return tuple(DeploymentRow(row.id, row.deployed_at, row.deployed_by, tuple(resources[row.id])) for row in rows)


def deployment(actor: Actor, deployment_id: str) -> DeploymentRow:
    """One of them. Raises NotFound, Forbidden."""
    found = deployments(actor, Selection((Where("id", deployment_id),)))
    if not found:
        raise NotFound("There is no deployment with this id.")
    return found[0]


def resource(actor: Actor, deployment_id: str, resource_id: str) -> tuple[str, bytes]:
    """The name and the bytes of a deployed file. Raises NotFound, Forbidden."""
    _check(actor)
    wanted = select(Resource.name, Resource.content).where(
        Resource.id == resource_id, Resource.deployment_id == deployment_id
    )
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("There is no resource with this id in the deployment.")
    return found.name, found.content


def decisions(actor: Actor, deployment_id: str) -> tuple[DecisionRow, ...]:
    """The decisions that a deployment brought. Raises Forbidden."""
    _check(actor)
    found = db.session.execute(
        select(DecisionDefinition, Resource.name)
        .join(Resource, Resource.id == DecisionDefinition.resource_id)
        .where(DecisionDefinition.deployment_id == deployment_id)
        .order_by(DecisionDefinition.key)
    )
    return tuple(
        DecisionRow(row.id, row.key, row.name, row.version, row.version_tag, row.deployment_id, name)
        for row, name in found
    )


def form_file(key: str) -> bytes:
    """The newest version of a deployed form, as it was deployed. Raises NotFound."""
    found = db.session.scalar(
        select(Resource.content)
        .join(FormDefinition, FormDefinition.resource_id == Resource.id)
        .where(FormDefinition.key == key, FormDefinition.latest)
    )
    if found is None:
        raise NotFound(f"The form {key} has not been deployed.")
    return found


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_DEFINITIONS) and not actor.may(Permission.DEPLOY):
        raise Forbidden(f"You may not {Permission.SEE_DEFINITIONS}.")


def _may_start(actor: Actor, row: ProcessDefinition) -> bool:
    return access.startable(actor, row.key, frozenset(json.loads(row.starters or "[]")))


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(ProcessDefinition, Resource.name.label("resource_name"))
        .join(Resource, Resource.id == ProcessDefinition.resource_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(access.definition_in_scope(actor))
    )


def _part(actor: Actor, wanted: Selection) -> Select[*tuple[Any, ...]]:
    return part(_statement(actor), COLUMNS, wanted, ProcessDefinition.id)


def _row(found: Any) -> DefinitionRow:
    row: ProcessDefinition = found[0]
    return DefinitionRow(
        row.id,
        row.key,
        row.name,
        row.version,
        row.version_tag,
        row.category,
        row.documentation,
        row.suspended,
        row.startable,
        row.executable,
        row.deployment_id,
        found.resource_name,
    )
