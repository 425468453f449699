"""What moving tokens would do: the engine tries it on a copy of the instance, and nothing of it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from server import clock
from server.bpmn.definition import Process
from server.database import db
from server.errors import Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.runtime.instances import rehearse_move
from server.sentences import say


@dataclass(frozen=True)
class Planned:
    """A fact that would be reported, as history would keep it."""

    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What would be reported, in order, and the names of the elements at which tokens would stand afterwards.

    `titles` are the names of elements and flows by their keys.
    """

    facts: tuple[Planned, ...]
    standing: tuple[str, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Where tokens are to be put: a running instance, or one of a version that is yet to begin."""

    instance_id: str | None = None
    definition_id: str | None = None


def move(actor: Actor, instance_id: str, cancel: Sequence[int], start: Sequence[str]) -> Plan:
    """The dry run of moving tokens. Raises what that raises: Forbidden, NotFound, Conflict, Invalid."""
    _check(actor)
    instance = _visible(actor, instance_id)
    process = definitions.process(instance.definition_id)
    titles = {element.id: element.name or element.id for element in process.elements()}
    grounds = {element.id for element in process.elements() if element.inner is not None}
    facts, live = rehearse_move(instance, cancel, start, clock.now())
    return Plan(
        tuple(Planned(type(fact).__name__, _fields(fact)) for fact in facts),
        tuple(dict.fromkeys(titles[one.element] for one in live if one.element not in grounds)),
        MappingProxyType(titles),
    )


def behind(actor: Actor, place: Place, element_key: str) -> str:
    """The element that comes after another, where that is one only. Raises Forbidden, NotFound, Invalid."""
    process = _process(actor, place)
    element = process.element(element_key)
    if element is None:
        raise NotFound(say("The model has no element %(element_key)s.", element_key=element_key[:100]))
    ends = {flow.id: flow.target for flow in process.flows()}
    if len(element.outgoing) != 1:
        raise Invalid(
            say(
                "%(count)s flows lead out of %(name)s, so that it is not clear what comes after it.",
                count=len(element.outgoing),
                name=element.name or element.id,
            )
        )
    return ends[element.outgoing[0]]


def at_the_end_of(actor: Actor, place: Place, flow_key: str) -> str:
    """The element that a sequence flow leads to. Raises Forbidden, NotFound."""
    for flow in _process(actor, place).flows():
        if flow.id == flow_key:
            return flow.target
    raise NotFound(say("The model has no sequence flow %(flow_key)s.", flow_key=flow_key[:100]))


def _process(actor: Actor, place: Place) -> Process:
    _check(actor)
    if place.instance_id is not None:
        return definitions.process(_visible(actor, place.instance_id).definition_id)
    named = ProcessDefinition.id == place.definition_id
    found = db.session.scalar(select(ProcessDefinition.id).where(named, access.definition_in_scope(actor)))
    if found is None:
        raise NotFound(say("There is no process %(process_key)s.", process_key=place.definition_id))
    return definitions.process(found)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.MOVE_TOKENS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.MOVE_TOKENS)))


def _visible(actor: Actor, instance_id: str) -> ProcessInstance:
    visible = select(ProcessInstance).where(ProcessInstance.id == instance_id, access.visible_instances(actor))
    instance = db.session.scalar(visible)
    if instance is None:
        raise NotFound(say("There is no process instance here by that address, or you may not see it."))
    return instance


def _fields(fact: Any) -> Mapping[str, Any]:
    return MappingProxyType({field.name: getattr(fact, field.name) for field in fields(fact)})
