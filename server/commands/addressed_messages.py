"""Bring a message to just the one who was found to wait for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.database import db
from server.errors import Conflict
from server.identity.permissions import Permission
from server.records.subscription import Subscription
from server.runtime.act import Act
from server.runtime.correlation import Receiver
from server.runtime.delivery import deliver
from server.runtime.scope import is_in_scope
from server.runtime.submissions import take_files
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.SEND_MESSAGES)
def deliver_to(
    act: Act,
    subscription_id: str,
    payload: Mapping[str, Any],
    business_key: str | None = None,
    file_ids: Sequence[str] = (),
) -> str:
    """Wake the instance that waits, or start one with this business key; returns its id.

    `file_ids` are the actor's uploads that the payload names. Raises Conflict when nobody waits there any more, or the
    instance is suspended.
    """
    row = db.session.get(Subscription, subscription_id)
    found = (
        None if row is None else Receiver(row.instance_id, row.activity, row.number, row.definition_id, row.element_key)
    )
    if row is None or found is None or row.kind != "message" or not is_in_scope(act.actor, found):
        raise Conflict(say("Nobody waits for this message any more."))
    name = row.name
    instance_id = deliver(act, "message", found, payload, business_key)
    take_files(file_ids, act.actor.id, instance_id)
    act.on(name, instance_id)
    return instance_id
