"""Whoever outside has asked to be told of facts is told, by a job in the step's own transaction."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any, get_args

from sqlalchemy import select

from server.bell import Bell
from server.database import new_id, rows, table
from server.engine import facts as kinds
from server.engine.facts import Fact
from server.expressions import values
from server.records.subscriber import Subscriber
from server.runtime import subscribers
from server.runtime.step import Step

TAKES = get_args(kinds.Fact)
_SUBSCRIBER = table(Subscriber).c
_EVERY = select(_SUBSCRIBER.id, _SUBSCRIBER.kinds, _SUBSCRIBER.process_keys, _SUBSCRIBER.is_paused)


def take(step: Step, facts: Sequence[Fact]) -> None:
    listening = [one for one in rows(_EVERY) if _concerned(one.process_keys, step.process.key)]
    if not listening:
        return
    events = {number: (new_id(), fact) for number, fact in enumerate(facts)}
    for one in listening:
        wanted = _names(one.kinds)
        told = [each for each in events.values() if not wanted or type(each[1]).__name__ in wanted]
        subscribers.write([_delivery(step, one.id, *each) for each in told], one.is_paused, step.moment)
        if told:
            step.rings.add(Bell.JOBS)


@lru_cache(256)
def _names(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _concerned(process_keys: str, process_key: str) -> bool:
    wanted = _names(process_keys)
    return not wanted or process_key in wanted


def _delivery(step: Step, subscriber_id: str, event_id: str, fact: Fact) -> dict[str, Any]:
    kind, instance = type(fact).__name__, step.instance
    told = {
        "process": {"key": step.process.key, "definition_id": instance.definition_id},
        "instance": {"id": instance.id, "business_key": instance.business_key, "state": instance.state},
        "actor": step.actor,
        "fact": {field.name: _plain(getattr(fact, field.name)) for field in fields(fact)},
    }
    content = subscribers.event(event_id, kind, step.moment, step.process.key, instance.id, told)
    return subscribers.new_delivery(subscriber_id, event_id, kind, instance.id, content, step.moment)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return values.encode(list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value)
