"""Who receives a message or a signal, over all instances and definitions.

A message reaches one receiver: an instance that waits for the name with this correlation key (its own key, or the
business key), else the latest version of a process that a message of this name starts. A signal reaches everybody.
A condition at the start of a process is no message: see `conditions`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, case, or_, select

from server.database import db, rows, table
from server.engine.correlation import compose
from server.errors import Failure, Invalid
from server.expressions import parse
from server.expressions.expression import Expression
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription


@dataclass(frozen=True)
class Receiver:
    """Either an activity of an instance, or the start event of a definition."""

    instance_id: str | None
    activity: int | None
    number: int | None
    definition_id: str | None
    element_key: str


def receiver_of_message(
    name: str, correlation_key: str | None, payload: Mapping[str, Any] | None = None
) -> Receiver | None:
    """The one receiver; with several equal ones the oldest instance wins.

    A message without a key may tell it by what is in it: receivers that look inside come first.
    """
    if correlation_key is None and payload is not None:
        told = _told_by(name, payload)
        if told is not None:
            return _receiver(told)
    waiting = (
        select(Subscription)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(Subscription.kind == "message", Subscription.name == name, ProcessInstance.state == "active")
        .order_by(ProcessInstance.started_at, Subscription.activity)
        .limit(1)
    )
    if correlation_key is not None:
        waiting = waiting.where(
            or_(Subscription.correlation_key == correlation_key, Subscription.correlation_key.is_(None))
        )
    else:
        waiting = waiting.where(Subscription.key_paths.is_(None))
    row = db.session.scalar(waiting) or db.session.scalar(
        select(Subscription)
        .join(ProcessDefinition, ProcessDefinition.id == Subscription.definition_id)
        .where(Subscription.kind == "message", Subscription.name == name, ~ProcessDefinition.suspended)
        .order_by(Subscription.id)
        .limit(1)
    )
    return _receiver(row) if row is not None else None


def receiver_in(instance_id: str, name: str, correlation_key: str | None) -> Receiver | None:
    """Where an instance waits for messages of this name, whatever their key; where just this key is waited for, first.

    For people who know better than the key whose a message is.
    """
    just_this = case((Subscription.correlation_key == correlation_key, 0), else_=1)
    row = db.session.scalar(
        select(Subscription)
        .where(Subscription.kind == "message", Subscription.name == name, Subscription.instance_id == instance_id)
        .order_by(just_this, Subscription.activity, Subscription.number)
        .limit(1)
    )
    return _receiver(row) if row is not None else None


def _told_by(name: str, payload: Mapping[str, Any]) -> Subscription | None:
    """Who waits for just the key that is in the message."""
    waiting = (
        select(Subscription)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(Subscription.kind == "message", Subscription.name == name, ProcessInstance.state == "active")
    )
    ways = waiting.with_only_columns(Subscription.key_paths).where(Subscription.key_paths.is_not(None)).distinct()
    for way in db.session.scalars(ways.order_by(Subscription.key_paths)):
        key = _read_key(json.loads(way or "[]"), payload)
        same = waiting.where(Subscription.key_paths == way, Subscription.correlation_key == key)
        row = db.session.scalar(same.order_by(ProcessInstance.started_at, Subscription.activity).limit(1))
        if row is not None:
            return row
    return None


def _read_key(paths: Sequence[Sequence[str]], payload: Mapping[str, Any]) -> str | None:
    """The key in a message; None where it has none."""
    try:
        return compose(parse(Expression(text, language)).evaluate(payload) for language, text in paths)
    except (Failure, Invalid):
        return None


def receivers_of_signal(name: str, but_instance: str | None = None) -> list[Receiver]:
    """Everybody who listens; the instance that threw it has heard it already. A signal is not kept for a definition
    that is suspended: nobody is to begin it."""
    found = rows(_LISTENING, {"name": name})
    return [_receiver(row) for row in found if row.instance_id is None or row.instance_id != but_instance]


_SUBSCRIPTION = table(Subscription).c
_LISTENING = (
    select(
        _SUBSCRIPTION.instance_id,
        _SUBSCRIPTION.activity,
        _SUBSCRIPTION.number,
        _SUBSCRIPTION.definition_id,
        _SUBSCRIPTION.element_key,
    )
    .outerjoin(table(ProcessDefinition), ProcessDefinition.id == _SUBSCRIPTION.definition_id)
    .where(_SUBSCRIPTION.kind == "signal", _SUBSCRIPTION.name == bindparam("name"))
    .where(or_(_SUBSCRIPTION.definition_id.is_(None), ~ProcessDefinition.suspended))
    .order_by(_SUBSCRIPTION.id)
)


def _receiver(row: Subscription | Row[*tuple[Any, ...]]) -> Receiver:
    return Receiver(row.instance_id, row.activity, row.number, row.definition_id, row.element_key)
