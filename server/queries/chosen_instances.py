"""Process instances as programs choose them: by any of their columns, by a value of a variable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.runtime import access
from server.runtime.having import Having, has_variable
from server.runtime.left_behind import process_variables
from server.runtime.selecting import Selection, Where, conditions, part
from server.runtime.submissions import own_variables, variables_of, variables_seen

__all__ = ["Selection", "Where"]

LOOKED_INTO = 2000  # instances whose variables one question looks into at most
COLUMNS: Mapping[str, Any] = {
    "id": ProcessInstance.id,
    "business_key": ProcessInstance.business_key,
    "state": ProcessInstance.state,
    "started_at": ProcessInstance.started_at,
    "ended_at": ProcessInstance.ended_at,
    "started_by": ProcessInstance.started_by,
    "caller_id": ProcessInstance.caller_id,
    "incidents": ProcessInstance.incidents,
    "definition_id": ProcessInstance.definition_id,
    "deployment_id": ProcessDefinition.deployment_id,
    "process_key": ProcessDefinition.key,
    "process_name": ProcessDefinition.name,
    "version": ProcessDefinition.version,
}


@dataclass(frozen=True)
class InstanceRow:
    """One process instance."""

    id: str
    business_key: str | None
    state: str
    incidents: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_reason: str | None
    caller_id: str | None
    definition_id: str
    process_key: str
    process_name: str
    version: int


def listed(actor: Actor, wanted: Selection, having: Sequence[Having] = ()) -> tuple[InstanceRow, ...]:
    """Those that the actor may see. *having* are values that variables of the process have to have, or to have had at
    its end. Raises Invalid."""
    chosen = _statement(actor).where(*(has_variable(each.name) for each in having))
    if not having:
        found = db.session.execute(part(chosen, COLUMNS, wanted, ProcessInstance.id))
        return tuple(_row(each) for each in found)
    rows = db.session.execute(part(chosen, COLUMNS, replace(wanted, first=0, most=LOOKED_INTO), ProcessInstance.id))
    fitting = [_row(each) for each in rows.all() if _has(each[0], having)]
    return tuple(fitting[wanted.first : None if wanted.most is None else wanted.first + wanted.most])


def count(actor: Actor, wanted: Selection, having: Sequence[Having] = ()) -> int:
    """How many there are."""
    if having:
        return len(listed(actor, Selection(wanted.where), having))
    chosen = _statement(actor).where(*conditions(COLUMNS, wanted.where)).with_only_columns(func.count())
    return db.session.scalar(chosen) or 0


def instance(actor: Actor, instance_id: str) -> InstanceRow:
    """One of them. Raises NotFound, also where the actor may not see it."""
    return _row(_found(actor, instance_id))


def variables(actor: Actor, instance_id: str, activity: int = 0, only_own: bool = False) -> dict[str, Any]:
    """What the process, or one of its activities, sees now. Raises NotFound."""
    row: ProcessInstance = _found(actor, instance_id)[0]
    if not activity:
        return variables_of(row)
    return own_variables(row, activity) if only_own else variables_seen(row, activity)


def _found(actor: Actor, instance_id: str) -> Any:
    row = db.session.execute(_statement(actor).where(ProcessInstance.id == instance_id)).one_or_none()
    if row is None:
        raise NotFound("There is no process instance with this id, or you may not see it.")
    return row


def _has(row: ProcessInstance, having: Sequence[Having]) -> bool:
    known = variables_of(row) if row.ended_at is None else process_variables(row.id)
    return all(each.holds(known) for each in having)


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(ProcessInstance, ProcessDefinition.key, ProcessDefinition.name, ProcessDefinition.version)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(access.visible_instances(actor))
    )


def _row(found: Any) -> InstanceRow:
    row: ProcessInstance = found[0]
    return InstanceRow(
        row.id,
        row.business_key,
        row.state,
        row.incidents,
        row.started_at,
        row.started_by,
        row.ended_at,
        row.end_reason,
        row.caller_id,
        row.definition_id,
        found.key,
        found.name,
        found.version,
    )
