"""Conditions at the start of processes: asked when somebody says how things are, and when a data store changes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import Failure
from server.expressions import parse, values
from server.expressions.expression import Expression
from server.records.data_store import DataStore
from server.records.definition import ProcessDefinition
from server.records.subscription import Subscription
from server.runtime.act import Act
from server.runtime.definitions import deployed
from server.runtime.instances import begin


def begin_where_true(act: Act, variables: Mapping[str, Any]) -> list[str]:
    """Begin the latest version of every process whose condition holds for these variables, which become its own.

    Returns the ids of the instances. A condition about a variable that is not there, or that fails, does not hold.
    """
    return [_begin(act, row, variables) for row in _waiting() if _holds(row, variables)]


def stores_changed(act: Act) -> list[str]:
    """Begin what the data stores make true. What was true before has to become false before it begins again."""
    stores = {row.name: values.load(row.value) for row in db.session.scalars(select(DataStore))}
    begun = []
    for row in _waiting():
        holds = _holds(row, stores)
        if holds and not row.held:
            begun.append(_begin(act, row, {}))
        row.held = holds
    return begun


def _waiting() -> list[Subscription]:
    waiting = (
        select(Subscription)
        .join(ProcessDefinition, ProcessDefinition.id == Subscription.definition_id)
        .where(Subscription.kind == "conditional", ~ProcessDefinition.suspended)
    )
    return list(db.session.scalars(waiting.order_by(Subscription.id)))


def _holds(row: Subscription, variables: Mapping[str, Any]) -> bool:
    condition = _condition(row)
    if condition is None:
        return False
    compiled = parse(condition)
    if any(name not in variables for name in compiled.names):
        return False
    try:
        return bool(compiled.evaluate(variables))
    except Failure:
        return False


def _condition(row: Subscription) -> Expression | None:
    triggers = deployed(row.definition_id or "").process.level.openers()[row.element_key]
    return triggers[row.number or 0].condition


def _begin(act: Act, row: Subscription, variables: Mapping[str, Any]) -> str:
    definition = deployed(row.definition_id or "")
    instance, _ = begin(act, definition, {}, start_element=row.element_key, payload=variables, number=row.number or 0)
    return instance.id
