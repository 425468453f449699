"""Messages that nobody waits for yet: kept for their time to live, and brought when somebody does."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from server.database import db, new_id
from server.expressions import values
from server.records.job import Job
from server.records.subscription import Subscription
from server.records.waiting_message import WaitingMessage
from server.runtime.jobs import new_job

SECOND_LOOK = timedelta(seconds=5)
"""So late a waiting message looks again: a subscription that opened in that very moment could not see it."""


class Patience:
    """How long a message waits that says nothing of it itself; 0: not at all. Set once, when the server starts."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


patience = Patience(24 * 60 * 60)


def keep(
    name: str,
    correlation_key: str | None,
    payload: Mapping[str, Any],
    moment: datetime,
    sender_id: str | None,
    wait: int,
) -> str:
    """Let a message wait for *wait* seconds; returns the id of its row."""
    identity = new_id()
    row = WaitingMessage(
        id=identity,
        name=name,
        correlation_key=correlation_key,
        payload=json.dumps(values.encode(dict(payload)), separators=(",", ":"), ensure_ascii=False),
        arrived_at=moment,
        expires_at=moment + timedelta(seconds=wait),
        sender_id=sender_id,
    )
    db.session.add(row)
    db.session.flush()
    look_again(identity, min(moment + SECOND_LOOK, row.expires_at), moment)
    return identity


def look_again(message_id: str, due: datetime, moment: datetime) -> None:
    """Have a worker see whether somebody waits for it by then."""
    db.session.execute(insert(Job), [new_job("waiting_message", due, moment, {"id": message_id})])


def bring_to(moment: datetime, *, instance_id: str | None = None, definition_id: str | None = None) -> None:
    """An instance or a definition that was suspended listens again: have it brought what has come meanwhile."""
    listening = select(Subscription.name, Subscription.correlation_key).where(Subscription.kind == "message")
    whose = (
        Subscription.instance_id == instance_id
        if instance_id is not None
        else Subscription.definition_id == definition_id
    )
    bring([(row.name, row.correlation_key) for row in db.session.execute(listening.where(whose))], moment)


def bring(opened: Sequence[tuple[str, str | None]], moment: datetime) -> bool:
    """Somebody has begun to wait for messages of these names and keys: have the oldest of each brought. Whether any."""
    names = {name for name, _ in opened}
    if not names:
        return False
    waiting = select(WaitingMessage.id, WaitingMessage.name, WaitingMessage.correlation_key).where(
        WaitingMessage.name.in_(sorted(names)), WaitingMessage.expires_at > moment
    )
    rows = list(db.session.execute(waiting.order_by(WaitingMessage.arrived_at, WaitingMessage.id).limit(1000)))
    taken: set[str] = set()
    for name, key in opened:
        fits = (
            r.id for r in rows if r.name == name and (r.correlation_key is None or key in (None, r.correlation_key))
        )
        first = next((identity for identity in fits if identity not in taken), None)
        if first is not None:
            taken.add(first)
            look_again(first, moment, moment)
    return bool(taken)
