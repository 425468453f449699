"""Send messages from outside; decide by hand about those that nobody waits for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.expressions import values
from server.identity.permissions import Permission
from server.records.waiting_message import WaitingMessage
from server.runtime import inbox, receipts
from server.runtime.act import Act
from server.runtime.correlation import receiver_in
from server.runtime.delivery import deliver, hold_receiver
from server.runtime.finding import visible_instance
from server.runtime.scope import is_in_scope, refuse_scoped
from server.runtime.submissions import take_files
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.SEND_MESSAGES)
def send(
    act: Act,
    name: str,
    payload: Mapping[str, Any],
    correlation_key: str | None = None,
    time_to_live: int | None = None,
    once: str | None = None,
    file_ids: Sequence[str] = (),
) -> str | None:
    """Deliver a message to its one receiver; returns the id of the instance it reached or started.

    `file_ids` are the actor's uploads that the payload names; a message with such does not wait.

    None: nobody waits for it yet, so it waits itself, *time_to_live* seconds (None: as the settings say). A message
    that comes again with the same name and key *once* within a week changes nothing, and is told what the first one was
    told. Raises NotFound when nobody waits for it and it is not to wait either (0).
    """
    if once is not None:
        receipt = receipts.take(name, once, act.moment)
        if not receipt.is_new:
            act.on(name, receipt.instance_id, details={"key": correlation_key, "received_before": once})
            return receipt.instance_id
    receiver = hold_receiver(act, name, correlation_key, payload)
    if act.actor.process_keys and not is_in_scope(act.actor, receiver):
        raise NotFound(say("Nobody whom your token is for waits for the message %(name)s.", name=name))
    wait = inbox.patience.seconds if time_to_live is None else time_to_live
    if file_ids:
        wait = 0
    if receiver is None and wait > 0:
        waiting = inbox.keep(name, correlation_key, payload, act.moment, None, wait)
        act.on(name, details={"key": correlation_key, "waits": waiting})
        act.ring()
        return None
    if receiver is None:
        if correlation_key:
            raise NotFound(
                say("Nobody waits for the message %(name)s with the key %(key)s.", name=name, key=correlation_key)
            )
        raise NotFound(say("Nobody waits for the message %(name)s.", name=name))
    instance_id = deliver(act, "message", receiver, payload, correlation_key)
    take_files(file_ids, act.actor.id, instance_id)
    if once is not None:
        receipts.note(name, once, instance_id)
    act.on(name, instance_id, details={"key": correlation_key})
    return instance_id


@command(Permission.MEND)
def match(act: Act, message_id: str, instance_id: str, reason: str) -> None:
    """Bring a waiting message to an instance that waits for one of this name, whatever its key.

    Raises NotFound, Invalid without a reason, and Conflict when the instance is suspended or does not wait for it.
    """
    words, message = _reason(reason), _waiting(message_id)
    instance = visible_instance(act.actor, instance_id)
    called = instance.business_key or instance.id
    receiver = receiver_in(instance.id, message.name, message.correlation_key)
    if receiver is None:
        raise Conflict(
            say("%(called)s does not wait for the message %(name)s, or not any more.", called=called, name=message.name)
        )
    if instance.state != "active":
        raise Conflict(
            say(
                "%(called)s is %(state)s: resume it first, then it can be given the message.",
                called=called,
                state=say(instance.state),
            )
        )
    content = values.decode(json.loads(message.payload))
    deliver(act, "message", receiver, content, message.correlation_key)
    db.session.delete(message)
    act.on(message.name, instance.id, words, _known(message))


@command(Permission.MEND)
def discard(act: Act, message_id: str, reason: str) -> None:
    """Throw a waiting message away. Raises NotFound, and Invalid without a reason."""
    refuse_scoped(act.actor)
    words, message = _reason(reason), _waiting(message_id)
    db.session.delete(message)
    act.on(message.name, message.sender_id, words, _known(message))


def _waiting(message_id: str) -> WaitingMessage:
    """The message, held until the end of the transaction: no worker brings it meanwhile."""
    row = db.session.get(WaitingMessage, message_id, with_for_update=True)
    if row is None:
        raise NotFound(say("This message does not wait any more: it was received or discarded, or its time was over."))
    return row


def _known(message: WaitingMessage) -> dict[str, Any]:
    """What the audit log says of a message: never what is in it."""
    return {"key": message.correlation_key, "arrived": message.arrived_at.isoformat(" "), "sent_by": message.sender_id}


def _reason(text: str) -> str:
    sentence = say("Give a reason: the audit log keeps it.")
    if not text.strip():
        raise Invalid(sentence, [Problem(sentence, element="reason")])
    return text.strip()
