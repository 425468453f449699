"""Who would receive a message: instances that wait for it, and definitions that it starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.runtime.access import definition_in_scope, in_scope
from server.runtime.submissions import own_variables, variables_of
from server.sentences import say

MOST = 1000


@dataclass(frozen=True)
class Addressed:
    """Which of those who wait are meant. None: whichever; `variables` are values that the process has to have,
    `own_variables` the activity that waits."""

    name: str
    business_key: str | None = None
    instance_id: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    own_variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def can_start(self) -> bool:
        """Nothing in it can only be said of an instance that runs."""
        return self.instance_id is None and not self.own_variables


@dataclass(frozen=True)
class Receiving:
    """One who waits: an activity of an instance, or, without one, the start of a definition."""

    subscription_id: str
    instance_id: str | None
    activity: int | None


def receivers(actor: Actor, wanted: Addressed) -> Sequence[Receiving]:
    """Everybody who waits, instances before definitions; at most MOST. Raises Forbidden."""
    if not actor.may(Permission.SEND_MESSAGES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEND_MESSAGES)))
    waiting = (
        select(Subscription, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(Subscription.kind == "message", Subscription.name == wanted.name, ProcessInstance.state == "active")
        .where(in_scope(actor))
        .order_by(ProcessInstance.started_at, Subscription.activity)
        .limit(MOST)
    )
    if wanted.business_key is not None:
        waiting = waiting.where(ProcessInstance.business_key == wanted.business_key)
    if wanted.instance_id is not None:
        waiting = waiting.where(ProcessInstance.id == wanted.instance_id)
    found = [
        Receiving(row.id, instance.id, row.activity)
        for row, instance in db.session.execute(waiting)
        if _fits(wanted, row, instance)
    ]
    return found or (_starting(actor, wanted) if wanted.can_start else [])


def _starting(actor: Actor, wanted: Addressed) -> list[Receiving]:
    starts = (
        select(Subscription.id)
        .join(ProcessDefinition, ProcessDefinition.id == Subscription.definition_id)
        .where(Subscription.kind == "message", Subscription.name == wanted.name, ~ProcessDefinition.suspended)
        .where(definition_in_scope(actor))
        .order_by(Subscription.id)
    )
    return [Receiving(row, None, None) for row in db.session.scalars(starts)]


def _fits(wanted: Addressed, row: Subscription, instance: ProcessInstance) -> bool:
    if wanted.variables and not _has(variables_of(instance), wanted.variables):
        return False
    own = wanted.own_variables
    return not own or _has(own_variables(instance, row.activity or 0), own)


def _has(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in known and known[name] == value for name, value in wanted.items())
