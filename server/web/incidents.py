"""Mending incidents, one or all of a cause: try again, change variables, skip, who has it; notes. A dry run first."""

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import batches
from server.commands import incidents as commands
from server.commands.batches import Begun, Group
from server.errors import Conflict, Invalid, Problem
from server.identity.permissions import Permission
from server.queries import operations as queries
from server.queries.operations import IncidentRow
from server.sentences import say
from server.web.permissions import needs
from server.web.replies import done, done_at
from server.web.signed_in import acting
from server.web.typed import reason, sentences
from server.web.words import gettext as _
from server.web.words import ngettext

blueprint = Blueprint("incidents", __name__, url_prefix="/operations")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
TRIED = {
    "expression": say("evaluate the expression once more"),
    "script": say("run the script once more"),
    "connector": say("call the connector once more"),
    "error": say("run the step once more"),
    "call": say("call the process once more"),
    "job": say("do the job once more"),
    "external": say("have a worker do it once more"),
}


@blueprint.get("/retry")
def retry() -> str:
    """The dry run: what trying again would touch. By htmx the dialog's content alone."""
    return _dry_run("retry")


@blueprint.post("/retry")
def retry_post() -> Response | tuple[str, int]:
    incident_id = request.form.get("incident", "")
    try:
        words, variables = reason(request.form.get("reason", "")), _variables()
        if incident_id:
            row = queries.incident(acting(), incident_id)
            commands.retry(acting(), incident_id, words, variables)
            return done(
                _(
                    "%(element)s is tried again in %(called)s",
                    element=row.element_name,
                    called=row.business_key or row.id,
                ),
                _back(),
            )
        begun = batches.retry(acting(), _group(), words, variables)
    except (Invalid, Conflict) as refusal:
        return _refused("retry", refusal)
    text = ngettext("%(number)s incident is tried again", "%(number)s incidents are tried again", begun.items)
    return _begun(begun, text)


@blueprint.get("/skip")
def skip() -> str:
    """The same for leaving undone what failed."""
    return _dry_run("skip")


@blueprint.post("/skip")
def skip_post() -> Response | tuple[str, int]:
    incident_id = request.form.get("incident", "")
    try:
        words = reason(request.form.get("reason", ""))
        if incident_id:
            row = queries.incident(acting(), incident_id)
            commands.skip(acting(), incident_id, words)
            return done(
                _("%(element)s is skipped in %(called)s", element=row.element_name, called=row.business_key or row.id),
                _back(),
            )
        begun = batches.skip(acting(), _group(), words)
    except (Invalid, Conflict) as refusal:
        return _refused("skip", refusal)
    text = ngettext("%(number)s incident is skipped", "%(number)s incidents are skipped", begun.items)
    return _begun(begun, text)


@blueprint.get("/owner")
def owner() -> str:
    """Who is to mend it."""
    return _dry_run("owner")


@blueprint.post("/owner")
def owner_post() -> Response | tuple[str, int]:
    incident_id, person_id = request.form.get("incident", ""), request.form.get("person_id", "").strip() or None
    try:
        if incident_id:
            commands.give(acting(), incident_id, person_id)
        else:
            commands.give_cause(acting(), _group(), person_id)
    except (Invalid, Conflict) as refusal:
        return _refused("owner", refusal)
    return done(_("It is known who has it") if person_id else _("Nobody has it now"), _back())


@blueprint.get("/note")
def note() -> str:
    """What operators tell each other about one incident."""
    return _note({})


@blueprint.post("/note")
def note_post() -> Response | tuple[str, int]:
    text = request.form.get("note", "")
    try:
        commands.write_note(acting(), request.form.get("incident", ""), text)
    except Invalid as refusal:
        return _note(sentences(refusal)), 422
    except Conflict as refusal:
        return _note({"": refusal.message}), 409
    return done(_("The note is kept") if text.strip() else _("There is no note any more"), _back())


def _note(errors: dict[str, str]) -> str:
    return render_template(
        "note_dialog.html" if "HX-Request" in request.headers else "note.html",
        row=queries.incident(acting(), request.values.get("incident", "")),
        most=commands.LONGEST_NOTE,
        typed=request.form,
        errors=errors,
    )


def _back() -> str:
    return url_for("operations.page")


def _begun(begun: Begun, text: str) -> Response:
    return done_at(text, url_for("batches.batch", batch_id=begun.id))


def _group() -> Group:
    given = request.values
    return Group(given.get("cause", ""), given.get("process", ""), given.get("element", ""))


def _variables() -> dict[str, Any]:
    """The JSON object that was typed; nothing: no variables. Raises Invalid."""
    text = request.form.get("variables", "").strip()
    try:
        found = json.loads(text, parse_constant=_no_number) if text else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        sentence = _('Write the variables as a JSON object, such as {"amount": 4}.')
        raise Invalid(sentence, [Problem(sentence, element="variables")])
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


def _refused(verb: str, refusal: Invalid | Conflict) -> tuple[str, int]:
    if isinstance(refusal, Invalid):
        return _dry_run(verb, sentences(refusal)), 422
    return _dry_run(verb, {"": refusal.message}), 409


def _dry_run(verb: str, errors: dict[str, str] | None = None) -> str:
    incident_id, group = request.values.get("incident", ""), _group()
    rows: tuple[IncidentRow, ...]
    rows = (queries.incident(acting(), incident_id),) if incident_id else queries.incidents_of(acting(), group)
    ready = [row for row in rows if not row.is_suspended and not row.is_tried_again]
    return render_template(
        "retry_dialog.html" if "HX-Request" in request.headers else "retry.html",
        verb=verb,
        title={"retry": _("Try again"), "skip": _("Skip"), "owner": _("Who has it")}[verb],
        rows=rows,
        ready=ready,
        elements=list(dict.fromkeys(row.element_name for row in ready)),
        incident=incident_id,
        group=group,
        tried=TRIED,
        most=queries.MOST_AT_ONCE,
        typed=request.form,
        errors=errors or {},
        me_id=acting().id,
        menders=[(one.id, one.name) for one in queries.menders(acting())],
        may_change=acting().may(Permission.EDIT_VARIABLES),
    )
