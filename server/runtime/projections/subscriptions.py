"""Who waits for which message or signal."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, tuple_

from server.database import add_rows, db, new_id
from server.engine.facts import Fact, SubscriptionClosed, SubscriptionOpened
from server.records.subscription import Subscription
from server.runtime import inbox
from server.runtime.step import Step

TAKES = (SubscriptionOpened, SubscriptionClosed)


def take(step: Step, facts: Sequence[Fact]) -> None:
    opened: dict[tuple[int, int], dict[str, Any]] = {}
    closed: list[tuple[int, int]] = []
    for fact in facts:
        if isinstance(fact, SubscriptionOpened):
            opened[fact.activity, fact.number] = _row(step, fact)
        elif isinstance(fact, SubscriptionClosed) and opened.pop((fact.activity, fact.number), None) is None:
            closed.append((fact.activity, fact.number))
    if closed:
        db.session.execute(
            delete(Subscription)
            .where(
                Subscription.instance_id == step.instance.id,
                tuple_(Subscription.activity, Subscription.number).in_(closed),
            )
            .execution_options(synchronize_session=False)
        )
    add_rows(Subscription, list(opened.values()))
    messages = [(row["name"], row["correlation_key"]) for row in opened.values() if row["kind"] == "message"]
    inbox.bring(messages, step.moment)


def _row(step: Step, fact: SubscriptionOpened) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": fact.kind,
        "name": fact.name,
        "correlation_key": fact.correlation_key or step.instance.business_key,
        "instance_id": step.instance.id,
        "activity": fact.activity,
        "number": fact.number,
        "definition_id": None,
        "element_key": fact.element,
        "held": False,
        "key_paths": json.dumps(fact.key_paths) if fact.key_paths else None,
    }
