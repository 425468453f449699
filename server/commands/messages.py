"""Send messages from outside."""

from collections.abc import Mapping
from typing import Any

from server.errors import NotFound
from server.identity.permissions import Permission
from server.runtime.act import Act
from server.runtime.correlation import receiver_of_message
from server.runtime.delivery import deliver
from server.runtime.transaction import command


@command(Permission.MEND)
def send(act: Act, name: str, payload: Mapping[str, Any], correlation_key: str | None = None) -> str:
    """Deliver a message to its one receiver; returns the id of the instance it reached or started.

    Raises NotFound when nobody waits for it.
    """
    receiver = receiver_of_message(name, correlation_key)
    if receiver is None:
        key = f" with the key {correlation_key}" if correlation_key else ""
        raise NotFound(f"Nobody waits for the message {name}{key}.")
    instance_id = deliver(act, "message", receiver, payload, correlation_key)
    act.on(name, instance_id, details={"key": correlation_key})
    return instance_id
