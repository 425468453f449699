"""Every fact, as it happened: one row a step, the facts in their order; and who outside asked for facts is told."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_args

from sqlalchemy import exists, insert, select

from server.database import rows, table
from server.engine import facts as kinds
from server.engine.facts import Fact
from server.records.logs import HistoryEntry
from server.records.subscriber import Subscriber
from server.runtime import subscribers
from server.runtime.facts import plain
from server.runtime.step import Step

TAKES = get_args(kinds.Fact)
# Whether anybody listens is read by the statement that runs anyway: most installations have no subscriber.
_WRITE = insert(table(HistoryEntry)).returning(select(exists(select(table(Subscriber).c.id))).scalar_subquery())
_NOT_KEPT = frozenset({"TimerCleared", "SubscriptionClosed"})  # said already by the end of their activity
_FIELDS = {kind: tuple((field.name, field.default) for field in fields(kind)) for kind in TAKES}


def take(step: Step, facts: Sequence[Fact]) -> None:
    kept = [_entry(fact) for fact in facts if type(fact).__name__ not in _NOT_KEPT]
    if kept:
        row = {
            "instance_id": step.instance.id,
            "at": step.moment,
            "actor": step.actor,
            "facts": json.dumps(kept, separators=(",", ":"), ensure_ascii=False),
        }
        if rows(_WRITE, row).scalar():
            subscribers.tell(step, facts)


def _entry(fact: Fact) -> list[Any]:
    """[kind, {field: value}]; fields at their default are left out."""
    given = ((name, getattr(fact, name), default) for name, default in _FIELDS[type(fact)])
    return [
        type(fact).__name__,
        {name: plain(value) for name, value, default in given if value != default and value not in ({}, ())},
    ]
