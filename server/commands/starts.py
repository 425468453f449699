"""Start instances as programs do: a certain version, with variables that no form has asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import Conflict, Forbidden, NotFound
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.runtime import definitions
from server.runtime.access import check_start_elsewhere, definition_in_scope, startable
from server.runtime.act import Act
from server.runtime.instances import begin
from server.runtime.involvement import involve
from server.runtime.submissions import accept_start, attach, take_files
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class Begun:
    """The new instance, which may have ended already."""

    instance_id: str
    definition_id: str
    process_key: str
    version: int
    business_key: str | None
    has_ended: bool


@command(Permission.START)
def start(
    act: Act,
    process_key: str | None,
    definition_id: str | None,
    variables: Mapping[str, Any],
    business_key: str | None = None,
    file_ids: Sequence[str] = (),
    by_form: bool = False,
    before: Sequence[str] = (),
) -> Begun:
    """Start the version *definition_id*, else the latest of *process_key*.

    Variables are taken as they are from whoever may do that, else (and *by_form*) by the start form alone.
    `file_ids` are the actor's uploads that they name. Who may move tokens may have it begin *before* some elements
    instead of at its start event, whose form is left out then. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    row = _definition(act, process_key, definition_id)
    if before:
        check_start_elsewhere(act.actor, variables)
    deployed = definitions.deployed(row.id)
    if by_form or not (before or act.actor.may(Permission.GIVE_VARIABLES)):
        form, given = accept_start(deployed.process, deployed.process.plain_start(), variables)
    else:
        form, given = None, dict(variables)
    instance, _ = begin(act, deployed, given, business_key=business_key, before=before)
    involve(instance.id, [act.actor.id])
    if form is not None:
        attach(form, given, act.actor.id, instance.id)
    take_files(file_ids, act.actor.id, instance.id)
    act.on(row.key, instance.id, details={"started": list(before)} if before else None)
    return Begun(instance.id, row.id, row.key, row.version, instance.business_key, instance.ended_at is not None)


def _definition(act: Act, process_key: str | None, definition_id: str | None) -> ProcessDefinition:
    chosen = ProcessDefinition.latest if definition_id is None else ProcessDefinition.id == definition_id
    wanted = select(ProcessDefinition).where(chosen, definition_in_scope(act.actor))
    if definition_id is None:
        wanted = wanted.where(ProcessDefinition.key == process_key)
    row = db.session.scalar(wanted)
    if row is None:
        raise NotFound(say("There is no process %(process_key)s.", process_key=process_key or definition_id))
    if not startable(act.actor, row.key, frozenset(json.loads(row.starters))):
        raise Forbidden(say("You may not start %(name)s. Whoever answers for it can tell you who may.", name=row.name))
    if row.suspended:
        raise Conflict(say("%(name)s is suspended: no new requests just now.", name=row.name))
    return row
