"""Send signals from outside."""

from collections.abc import Mapping
from typing import Any

from server.identity.permissions import Permission
from server.runtime.act import Act
from server.runtime.delivery import broadcast
from server.runtime.scope import refuse_scoped
from server.runtime.transaction import command


@command(Permission.SEND_MESSAGES)
def send(act: Act, name: str, payload: Mapping[str, Any]) -> int:
    """Have everybody who listens hear a signal, each by a job of its own; returns how many listen."""
    refuse_scoped(act.actor)
    listeners = broadcast(act, name, payload)
    act.on(name, details={"listeners": listeners})
    return listeners
