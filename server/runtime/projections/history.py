"""Every fact, as it happened: one row a step, the facts in their order."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from server.database import add_rows
from server.engine import facts as kinds
from server.engine.facts import Fact
from server.expressions import values
from server.records.logs import HistoryEntry
from server.runtime.step import Step

TAKES = get_args(kinds.Fact)
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
        add_rows(HistoryEntry, [row])


def _entry(fact: Fact) -> list[Any]:
    """[kind, {field: value}]; fields at their default are left out."""
    given = ((name, getattr(fact, name), default) for name, default in _FIELDS[type(fact)])
    return [
        type(fact).__name__,
        {name: _plain(value) for name, value, default in given if value != default and value not in ({}, ())},
    ]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return values.encode(list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value)
