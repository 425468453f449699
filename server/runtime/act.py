"""An act: one command being carried out by one actor at one moment, with what the audit log will say about it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.bell import Bell
from server.identity.actor import Actor


@dataclass
class Act:
    """Handed to every command first. `moment` is the one time of everything that the command does."""

    actor: Actor
    moment: datetime
    subject: str | None = None
    instance_id: str | None = None
    reason: str | None = None
    details: str | None = None
    rings: set[Bell] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)  # ids of instances that are this transaction's until its end
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def on(
        self,
        subject: str,
        instance_id: str | None = None,
        reason: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Say for the audit log what the command was given on and why."""
        self.subject = subject
        self.instance_id = instance_id or self.instance_id
        self.reason = reason
        self.details = json.dumps(details, separators=(",", ":"), default=str) if details else None

    def ring(self, bell: Bell = Bell.JOBS) -> None:
        """Wake those who sleep for it once this has been committed."""
        self.rings.add(bell)

    def after_commit(self, do: Callable[[], None]) -> None:
        """Have something in memory done once it is certain that the command took place."""
        self.afterwards.append(do)
