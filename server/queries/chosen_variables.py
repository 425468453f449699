"""Variables as programs choose them: of certain instances, or by their names wherever they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from server.database import db
from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.runtime import access
from server.runtime.having import has_variable
from server.runtime.left_behind import left_behind
from server.runtime.selecting import Where, conditions

LOOKED_INTO = 2000  # instances whose variables one question looks into at most
COLUMNS: Mapping[str, Any] = {
    "instance_id": ProcessInstance.id,
    "ended_at": ProcessInstance.ended_at,
    "definition_id": ProcessInstance.definition_id,
    "process_key": ProcessDefinition.key,
}


@dataclass(frozen=True)
class VariableRow:
    """One variable that an instance has, or had when it ended. `activity`: 0, or whose own it is."""

    instance_id: str
    activity: int
    name: str
    value: Any
    set_at: datetime
    definition_id: str
    process_key: str
    version: int


def variables(actor: Actor, where: Sequence[Where], names: Collection[str] = ()) -> tuple[VariableRow, ...]:
    """What the newest of the instances that the actor may see have as variables, or had at their end: those of these
    *names*; none: all. Raises Invalid."""
    chosen = (
        select(ProcessInstance, ProcessDefinition.key, ProcessDefinition.version)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(access.visible_instances(actor), *conditions(COLUMNS, where))
        .order_by(ProcessInstance.started_at.desc(), ProcessInstance.id)
        .limit(LOOKED_INTO)
    )
    if names:
        chosen = chosen.where(or_(*(has_variable(name) for name in sorted(names))))
    found = (row for each in db.session.execute(chosen).all() for row in _variables(each))
    return tuple(row for row in found if not names or row.name in names)


def _variables(found: Any) -> list[VariableRow]:
    instance: ProcessInstance = found.ProcessInstance
    place = (instance.definition_id, found.key, found.version)
    last = sorted(left_behind(instance.id).items())
    return [VariableRow(instance.id, scope, name, *given, *place) for (scope, name), given in last]
