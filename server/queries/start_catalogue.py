"""The start catalogue: the processes that a person may start, with who answers for them, and their start forms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.identity import Group
from server.records.user_task import Favourite
from server.runtime import access, definitions
from server.sentences import say

_EMPTY_FORM: Mapping[str, Any] = {"type": "default", "components": []}


@dataclass(frozen=True)
class Startable:
    """A process that the actor may start."""

    definition_id: str
    key: str
    name: str
    version: int
    documentation: str
    category: str
    answers: str  # the name of the group that answers for it, or ""
    is_favourite: bool
    suspended: bool


@dataclass(frozen=True)
class StartForm:
    """The start form's form-js schema; without fields the start needs one press of a button."""

    schema: Mapping[str, Any]
    has_fields: bool


def catalogue(actor: Actor, text: str = "") -> tuple[Startable, ...]:
    """Every process that the actor may start and whose name, category or documentation holds *text*."""
    sought = text.strip().casefold()
    found = (_startable(row) for row in db.session.execute(_statement(actor)) if _may_start(actor, row[0]))
    return tuple(
        one for one in found if not sought or sought in f"{one.name}\n{one.category}\n{one.documentation}".casefold()
    )


def startable(actor: Actor, process_key: str) -> Startable:
    """One process of the catalogue. Raises NotFound, or Forbidden when the actor sees but may not start it."""
    row = db.session.execute(_statement(actor).where(ProcessDefinition.key == process_key)).one_or_none()
    if row is None:
        raise NotFound(say("There is no process here that could be started by that address."))
    if not _may_start(actor, row[0]):
        if row.answers:
            told = say(
                "You may not start %(name)s. Ask the group %(group)s, which answers for it.",
                name=row[0].name,
                group=row.answers,
            )
            raise Forbidden(told)
        raise Forbidden(say("You may not start %(name)s.", name=row[0].name))
    return _startable(row)


def start_form(process: Startable) -> StartForm:
    """The form of the process's start event. Raises NotFound when the model names a form that is not deployed."""
    level = definitions.process(process.definition_id).level
    starts = [level.elements[key] for key in level.starts if not level.elements[key].triggers]
    form = definitions.form(starts[0].form) if starts else None
    if form is None:
        return StartForm(_EMPTY_FORM, has_fields=False)
    return StartForm(form.schema, has_fields=any(True for _ in form.inputs()))


def _statement(actor: Actor) -> Any:
    favourite = exists().where(Favourite.person_id == actor.id, Favourite.process_key == ProcessDefinition.key)
    return (
        select(ProcessDefinition, Group.name.label("answers"), favourite.label("is_favourite"))
        .outerjoin(Group, Group.id == ProcessDefinition.owner_group)
        .where(and_(ProcessDefinition.latest, ProcessDefinition.startable, ProcessDefinition.executable))
        .order_by(ProcessDefinition.category == "", ProcessDefinition.category, ProcessDefinition.name)
    )


def _may_start(actor: Actor, definition: ProcessDefinition) -> bool:
    return access.startable(actor, definition.key, frozenset(json.loads(definition.starters or "[]")))


def _startable(row: Any) -> Startable:
    definition: ProcessDefinition = row[0]
    return Startable(
        definition.id,
        definition.key,
        definition.name,
        definition.version,
        definition.documentation,
        definition.category or "Other",
        row.answers or "",
        bool(row.is_favourite),
        definition.suspended,
    )
