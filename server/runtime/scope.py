"""What a token that is for some processes only may do with what concerns others, or all."""

from sqlalchemy import func, select

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.runtime.access import definition_in_scope
from server.runtime.correlation import Receiver
from server.sentences import say


def is_in_scope(actor: Actor, receiver: Receiver | None) -> bool:
    """Whether a message has a receiver, and one of a process that the actor's token is for."""
    if receiver is None:
        return False
    instance = select(ProcessInstance.definition_id).where(ProcessInstance.id == receiver.instance_id)
    definition_id = func.coalesce(instance.scalar_subquery(), receiver.definition_id)
    found = select(ProcessDefinition.id).where(ProcessDefinition.id == definition_id, definition_in_scope(actor))
    return db.session.scalar(found) is not None


def refuse_scoped(actor: Actor) -> None:
    """Raises Forbidden for a token that is for some processes only, where something concerns all."""
    if actor.process_keys:
        raise Forbidden(say("Your token is for some processes only, and this concerns all of them."))
