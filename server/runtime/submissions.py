"""What a person handed in becomes variables: validated again on the server by the form that the model names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update

from server.bpmn.definition import Element, Process
from server.database import db
from server.engine.snapshot import variable_of
from server.errors import Invalid, NotFound, Problem
from server.expressions import values as encoding
from server.forms import submission
from server.forms.definition import FieldKind, Form
from server.forms.generated import generate
from server.records.activity_instance import ActivityInstance
from server.records.attachment import Attachment
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import definitions, state
from server.sentences import say


def variables_of(instance: ProcessInstance) -> dict[str, Any]:
    """The process's own variables as they are now; of an ended instance nothing is left but its history."""
    return _variables(state.load(instance.id, instance.snapshot)).get(0, {}) if instance.ended_at is None else {}


def variables_seen(instance: ProcessInstance, activity: int) -> dict[str, Any]:
    """The variables that an activity instance sees: those of its own scope before those around it."""
    if instance.ended_at is not None:
        return {}
    scopes = _variables(state.load(instance.id, instance.snapshot, (0, activity)))
    around = reversed(_around(instance.id, activity)) if scopes.keys() - {0} else ()
    variables: dict[str, Any] = {}
    for scope in (0, *around):
        variables |= scopes.get(scope, {})
    return variables


def own_variables(instance: ProcessInstance, activity: int) -> dict[str, Any]:
    """The variables of an activity instance's own scope alone."""
    if instance.ended_at is not None:
        return {}
    return _variables(state.load(instance.id, instance.snapshot, (0, activity))).get(activity, {})


def _variables(parts: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """The variables that parts hold, by scope and name."""
    scopes: dict[int, dict[str, Any]] = {}
    for key, text in parts.items():
        if (found := variable_of(key)) is not None:
            scopes.setdefault(found[0], {})[found[1]] = encoding.load(text)
    return scopes


def _around(instance_id: str, activity: int) -> list[int]:
    """The activity and those it runs in, from the inside to the outside: each may have a scope of its number."""
    open_ones = select(ActivityInstance.activity, ActivityInstance.outer).where(
        ActivityInstance.instance_id == instance_id, ActivityInstance.ended_at.is_(None)
    )
    outer = {row.activity: row.outer for row in db.session.execute(open_ones)}
    found: list[int] = []
    number: int | None = activity
    while number and number not in found:
        found.append(number)
        number = outer.get(number)
    return found


def form_of(process: Process, element: Element, then: datetime | None = None) -> Form:
    """The form that the model names for the element (as of *then*), else one made from the variables read after it."""
    return definitions.form(element.form, then) or generate(process, element)


@lru_cache(512)
def _generated(definition_id: str, element_key: str) -> Form:
    """The form made for an element that names none: the same as long as the version stands."""
    process = definitions.process(definition_id)
    element = process.element(element_key)
    assert element is not None, "whoever asks has found it"
    return generate(process, element)


def accept(instance: ProcessInstance, user_task: UserTask, given: Mapping[str, Any], person: str) -> dict[str, Any]:
    """The variables of a user task's submission. Raises Invalid with the problems of the fields."""
    process = definitions.process(instance.definition_id)
    element = process.element(user_task.element_key)
    if element is None:
        raise NotFound(say("The model has no element %(element_key)s.", element_key=user_task.element_key))
    form = definitions.form(element.form) or _generated(instance.definition_id, element.id)
    accepted = submission.accept(form, given, variables_seen(instance, user_task.activity) if form.fields else {})
    attach(form, accepted, person, instance.id)
    return accepted


def accept_start(
    process: Process, element: Element | None, given: Mapping[str, Any]
) -> tuple[Form | None, dict[str, Any]]:
    """The variables of a start form; without a form only variables that need none are accepted: none at all."""
    form = definitions.form(element.form) if element is not None else None
    if form is None:
        if given:
            names = ", ".join(sorted(given))
            raise Invalid(
                say(
                    "%(name)s has no start form, so it takes no %(names)s.",
                    name=process.name or process.key,
                    names=names,
                )
            )
        return None, {}
    return form, submission.accept(form, given, {})


def attach(form: Form, accepted: Mapping[str, Any], person: str, instance_id: str) -> None:
    """Uploaded files that the submission names now belong to the instance. Raises Invalid for somebody else's."""
    wanted = sorted(file_ids(form, accepted))
    if not wanted:
        return
    rows = db.session.scalars(select(Attachment.id).where(Attachment.id.in_(wanted), Attachment.uploaded_by == person))
    missing = set(wanted) - set(rows)
    if missing:
        raise Invalid(
            say("A file of this form is not there any more. Choose the file again."),
            [Problem(say("Choose the file again: it is not there any more."), element=f.key) for f in _pickers(form)],
        )
    db.session.execute(update(Attachment).where(Attachment.id.in_(wanted)).values(instance_id=instance_id))


def take_files(file_ids: Sequence[str], person: str, instance_id: str) -> None:
    """Uploads of the person that variables name now belong to the instance. Raises Invalid for those of others."""
    if not file_ids:
        return
    mine = (Attachment.id.in_(file_ids), Attachment.uploaded_by == person, Attachment.instance_id.is_(None))
    if len(db.session.scalars(select(Attachment.id).where(*mine)).all()) != len(set(file_ids)):
        raise Invalid(say("A file that a variable names is not there any more."))
    db.session.execute(update(Attachment).where(*mine).values(instance_id=instance_id))


def _pickers(form: Form) -> Sequence[Any]:
    return [field for field in form.inputs() if field.kind == FieldKind.FILEPICKER]


def file_ids(form: Form, accepted: Mapping[str, Any]) -> set[str]:
    """Attachment ids among the values, those in dynamic lists too: whatever stands under the key of a file picker."""
    keys = {field.key for field in _pickers(form)}
    found: set[str] = set()
    todo: list[tuple[str, Any]] = list(accepted.items())
    while todo:
        key, value = todo.pop()
        if key in keys:
            found |= {
                item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item
            }
        elif isinstance(value, dict):
            todo += value.items()
        elif isinstance(value, list):
            todo += [pair for item in value if isinstance(item, dict) for pair in item.items()]
    return found
