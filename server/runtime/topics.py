"""Choosing external tasks for a worker: by topic, in the order of their rank, none that somebody else is choosing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import InstrumentedAttribute

from server.database import db
from server.records.definition import ProcessDefinition
from server.records.external_task import IS_FREE, IS_HELD, ExternalTask
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of

EXPIRED_AT_ONCE = 500  # held ones that one fetch sets free when their time is over
LOOKED_INTO = 1000  # free ones of a topic whose variables one fetch looks into at most


class Order(StrEnum):
    """What comes first: the highest priority and then the oldest, or by age alone."""

    PRIORITY = "priority"
    PRIORITY_NEWEST = "priority, newest"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Wish:
    """What a worker wants of one topic. None: whatever it is.

    `names` are the variables it wants to see; `only_own` leaves those around the activity out; `variables` are values
    that variables of the process must have.
    """

    topic: str
    lock_seconds: float
    names: frozenset[str] | None = None
    only_own: bool = False
    business_key: str | None = None
    definition_ids: frozenset[str] | None = None
    process_keys: frozenset[str] | None = None
    version_tag: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_picky(self) -> bool:
        """It does not want everything of its topic."""
        chosen = (self.business_key, self.definition_ids, self.process_keys, self.version_tag)
        return bool(self.variables) or any(each is not None for each in chosen)


Chosen = tuple[ExternalTask, ProcessInstance, Wish]


def choose(
    wishes: Sequence[Wish], most: int, order: Order, moment: datetime, scope: ColumnElement[bool]
) -> list[Chosen]:
    """At most *most* external tasks that fit a wish, held by this transaction; other workers' choices are skipped."""
    _free_expired([wish.topic for wish in wishes], moment)
    found: list[Chosen] = []
    for wish in wishes:
        limit = LOOKED_INTO if wish.variables else most
        rows = db.session.execute(_fitting(wish, order).where(scope).limit(limit)).all()
        fitting = ((row, instance, wish) for row, instance in rows if _has(instance, wish.variables))
        found += list(fitting)[:most]
    unique = {row.id: (row, instance, wish) for row, instance, wish in reversed(found)}
    return sorted(unique.values(), key=lambda each: _place(each[0], order))[:most]


def _free_expired(topics: Sequence[str], moment: datetime) -> None:
    """Locks and waits that are over end now; whoever had the lock stays known until somebody else gets it."""
    over = (
        select(ExternalTask.id)
        .where(ExternalTask.topic.in_(topics), IS_HELD, ExternalTask.held_until <= moment)
        .limit(EXPIRED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(over).all()
    if ids:
        db.session.execute(
            update(ExternalTask)
            .where(ExternalTask.id.in_(ids))
            .values(state="free", held_until=None)
            .execution_options(synchronize_session=False)
        )


def _fitting(wish: Wish, order: Order) -> Select[ExternalTask, ProcessInstance]:
    statement = (
        select(ExternalTask, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == ExternalTask.instance_id)
        .where(ExternalTask.topic == wish.topic, IS_FREE, ProcessInstance.state == "active")
        .order_by(*_columns(order))
        .with_for_update(skip_locked=True, of=ExternalTask)
        .execution_options(populate_existing=True)
    )
    if wish.business_key is not None:
        statement = statement.where(ProcessInstance.business_key == wish.business_key)
    if wish.definition_ids is not None:
        statement = statement.where(ExternalTask.definition_id.in_(sorted(wish.definition_ids)))
    if wish.process_keys is not None:
        statement = statement.where(_of_definitions(ProcessDefinition.key, sorted(wish.process_keys)))
    if wish.version_tag is not None:
        statement = statement.where(_of_definitions(ProcessDefinition.version_tag, [wish.version_tag]))
    return statement


def _of_definitions(column: InstrumentedAttribute[Any], values: Sequence[str]) -> ColumnElement[bool]:
    return ExternalTask.definition_id.in_(select(ProcessDefinition.id).where(column.in_(values)))


def _columns(order: Order) -> tuple[Any, ...]:
    by_age = (ExternalTask.created_at, ExternalTask.id)
    return {
        Order.PRIORITY: (ExternalTask.rank, *by_age),
        Order.PRIORITY_NEWEST: (ExternalTask.rank, *(column.desc() for column in by_age)),
        Order.OLDEST: by_age,
        Order.NEWEST: tuple(column.desc() for column in by_age),
    }[order]


def _place(row: ExternalTask, order: Order) -> tuple[float, float, str]:
    """Where it stands among the chosen ones of all topics."""
    newest = order in (Order.NEWEST, Order.PRIORITY_NEWEST)
    age = row.created_at.timestamp() * (-1 if newest else 1)
    return (row.rank if order in (Order.PRIORITY, Order.PRIORITY_NEWEST) else 0, age, row.id)


def _has(instance: ProcessInstance, wanted: Mapping[str, Any]) -> bool:
    if not wanted:
        return True
    known = variables_of(instance)
    return all(name in known and known[name] == value for name, value in wanted.items())


def headers_of(row: ExternalTask) -> dict[str, str]:
    """What the model tells the worker besides the variables."""
    found: dict[str, str] = json.loads(row.headers)
    return found
