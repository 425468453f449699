"""Send messages from outside."""

from collections.abc import Mapping
from typing import Any

from server.errors import NotFound
from server.identity.permissions import Permission
from server.runtime import inbox
from server.runtime.act import Act
from server.runtime.correlation import receiver_of_message
from server.runtime.delivery import deliver
from server.runtime.transaction import command


@command(Permission.MEND)
def send(
    act: Act,
    name: str,
    payload: Mapping[str, Any],
    correlation_key: str | None = None,
    time_to_live: int | None = None,
) -> str | None:
    """Deliver a message to its one receiver; returns the id of the instance it reached or started.

    None: nobody waits for it yet, so it waits itself, *time_to_live* seconds (None: as the settings say). Raises
    NotFound when nobody waits for it and it is not to wait either (0).
    """
    receiver = receiver_of_message(name, correlation_key, payload)
    wait = inbox.patience.seconds if time_to_live is None else time_to_live
    if receiver is None and wait > 0:
        waiting = inbox.keep(name, correlation_key, payload, act.moment, None, wait)
        act.on(name, details={"key": correlation_key, "waits": waiting})
        act.ring()
        return None
    if receiver is None:
        key = f" with the key {correlation_key}" if correlation_key else ""
        raise NotFound(f"Nobody waits for the message {name}{key}.")
    instance_id = deliver(act, "message", receiver, payload, correlation_key)
    act.on(name, instance_id, details={"key": correlation_key})
    return instance_id
