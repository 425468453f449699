"""The form of a user task: what is to be filled in now, or what was handed in, with the values as of then."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import NotFound
from server.expressions import values as encoding
from server.forms.definition import Form
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.logs import HistoryEntry
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access, definitions, submissions
from server.sentences import say

_MISSING = say("There is no user task here by that address, or you may not see it.")
_EMPTY = Form("", "", (), {"type": "default", "components": []})
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class ShownForm:
    """A form as the page shows it: the form-js schema and the values it reads, as JSON.

    `file_ids` are the uploaded files that its values name: the viewer cannot show them.
    """

    schema: Mapping[str, Any]
    values: dict[str, Any]
    has_fields: bool
    file_ids: frozenset[str] = frozenset()


@dataclass
class _Past:
    """The variables of an instance at some moment, by scope, and which activity ran in which."""

    scopes: dict[int, dict[str, Any]] = field(default_factory=dict)
    outer: dict[int, int] = field(default_factory=dict)

    def take(self, kind: str, fields: Mapping[str, Any]) -> None:
        """One fact of the history; its fields that are at their default are missing."""
        if kind == "ActivityStarted":
            self.outer[fields["activity"]] = fields.get("outer") or 0
        elif kind == "VariableChanged":
            scope = self.scopes.setdefault(fields.get("scope", 0), {})
            if fields.get("removed"):
                scope.pop(fields["name"], None)
            else:
                scope[fields["name"]] = encoding.decode(fields.get("value", {}))

    def seen_by(self, activity: int) -> dict[str, Any]:
        """What the activity saw: its own variables before those around it."""
        around, number = [0], activity
        while number and number not in around:
            around.insert(1, number)
            number = self.outer.get(number, 0)
        return {name: value for scope in around for name, value in self.scopes.get(scope, {}).items()}


def form_of(actor: Actor, user_task_id: str) -> ShownForm:
    """The form of a user task with the variables that its schema names.

    Of an open one these are the values of now; of a completed one the form and the values are those of the moment at
    which it was handed in. Raises NotFound when the actor may not see the user task, or the model names a form that
    has not been deployed.
    """
    found = db.session.execute(
        select(UserTask, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id == user_task_id, access.visible_user_tasks(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(_MISSING)
    work, instance = found
    process = definitions.process(work.definition_id)
    element = process.element(work.element_key)
    then = work.ended_at if work.state == "completed" else None
    form = submissions.form_of(process, element, then) if element is not None else _EMPTY
    if work.state == "completed":
        return _shown(form, _variables_then(work), _without_defaults(form.schema))
    return _shown(
        form, submissions.variables_seen(instance, work.activity) if work.state == "open" else {}, form.schema
    )


def form_at(actor: Actor, definition_id: str, element_key: str) -> ShownForm:
    """The form as a version of a process shows it at an element, empty. Raises NotFound."""
    row = db.session.get(ProcessDefinition, definition_id) if actor.may(Permission.SEE_DEFINITIONS) else None
    element = definitions.process(row.id).element(element_key) if row is not None else None
    if element is None or element.form is None or row is None:
        raise NotFound(say("There is no form here by that address, or you may not see it."))
    form = submissions.form_of(definitions.process(row.id), element)
    return ShownForm(form.schema, {}, has_fields=any(True for _ in form.inputs()))


def _shown(form: Form, variables: Mapping[str, Any], schema: Any) -> ShownForm:
    values = _read(schema, variables)
    return ShownForm(schema, values, any(True for _ in form.inputs()), frozenset(submissions.file_ids(form, values)))


def _variables_then(work: UserTask) -> dict[str, Any]:
    """The variables that a completed user task left behind when it was handed in, from the history of its instance."""
    steps = db.session.scalars(
        select(HistoryEntry.facts)
        .where(HistoryEntry.instance_id == work.instance_id, HistoryEntry.at <= work.ended_at)
        .order_by(HistoryEntry.id)
    )
    past = _Past()
    for facts in steps:
        for kind, fields in json.loads(facts):
            if kind == "UserTaskCompleted" and fields["activity"] == work.activity:
                return past.seen_by(work.activity)
            past.take(kind, fields)
    return past.seen_by(work.activity)


def _without_defaults(part: Any) -> Any:
    """A schema whose empty fields stay empty: a default that nobody handed in must not look as if."""
    if isinstance(part, dict):
        return {key: _without_defaults(inner) for key, inner in part.items() if key != "defaultValue"}
    return [_without_defaults(inner) for inner in part] if isinstance(part, list) else part


def _read(schema: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that some text of the schema names: nothing else of the instance leaves the server."""
    named = set(_NAME.findall(json.dumps(schema)))
    return {name: _plain(value) for name, value in variables.items() if name in named}


def _plain(value: Any) -> Any:
    """As JSON: moments and durations by ISO 8601, decimals as numbers."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
