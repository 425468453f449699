"""Mending one process instance: change a variable, move tokens with a preview, suspend, resume, cancel."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import process_instances
from server.errors import Conflict, Invalid, NotFound
from server.identity.permissions import Permission
from server.queries import activity_instances as activities
from server.queries import modifications
from server.queries import process_instances as queries
from server.web.foretelling import foretold
from server.web.instance import named
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.wording import plain, shown
from server.web.words import gettext as _

blueprint = Blueprint("mending", __name__, url_prefix="/instances/<instance_id>/mend")
_MENDERS = (Permission.MEND, Permission.EDIT_VARIABLES, Permission.MOVE_TOKENS)


@blueprint.before_request
def _only_menders() -> None:
    if not any(acting().may(permission) for permission in _MENDERS):
        raise NotFound(_("There is nothing here by that address, or you may not see it."))


@blueprint.get("")
def page(instance_id: str) -> str:
    return _page(instance_id)


def _page(instance_id: str, part: str = "", problem: str = "", sentences: list[str] | None = None) -> str:
    actor = acting()
    view = queries.instance(actor, instance_id)
    found = activities.variables(actor, instance_id)
    return render_template(
        "mend.html",
        view=view,
        name=named(view),
        variables=[(name, shown(value, 200)) for name, value in sorted(found.items())],
        values={name: json.dumps(plain(value), ensure_ascii=False) for name, value in found.items()},
        tokens=activities.tokens(actor, instance_id),
        places=activities.places(actor, instance_id),
        part=part,
        problem=problem,
        sentences=sentences,
        given=request.form,
        cancelled=request.form.getlist("cancel"),
        started=request.form.getlist("start"),
        chosen=request.form.get("name") or request.args.get("name", ""),
        may={permission.name.lower(): actor.may(permission) for permission in _MENDERS},
    )


def _carried_out(instance_id: str, part: str, do: Callable[[], Any], words: str) -> Response:
    """Do it, say so and go to the instance; what cannot be done is told beside what was typed."""
    try:
        do()
    except Invalid as error:
        return make_response(_page(instance_id, part, error.message), 422)
    except Conflict as error:
        return make_response(_page(instance_id, part, error.message), 409)
    return done_at(words, url_for("instance.page", instance_id=instance_id))


@blueprint.post("/variable")
def variable(instance_id: str) -> Response:
    """Set a variable to a JSON value, or take it away."""
    name, reason = request.form.get("name", "").strip(), request.form.get("reason", "")
    actor = acting()
    if request.form.get("remove"):

        def remove() -> None:
            process_instances.remove_variable(actor, instance_id, name, reason)

        return _carried_out(instance_id, "variable", remove, _("Removed %(name)s", name=name))

    def change() -> None:
        process_instances.set_variable(actor, instance_id, name, _value(request.form.get("value", "")), reason)

    return _carried_out(instance_id, "variable", change, _("Changed %(name)s", name=name))


def _value(text: str) -> Any:
    """The JSON value that was typed. Raises Invalid."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Invalid(
            _('This is no JSON value. Write a text in quotes as "like this", or 42, true, null, [1, 2].')
        ) from error


def _no_number(text: str) -> None:
    raise ValueError(text)


@blueprint.post("/move")
def move(instance_id: str) -> Response:
    """First say what would happen, as the engine finds by a dry run; do it when that was confirmed with a reason."""
    cancel = [int(one) for one in request.form.getlist("cancel") if one.isdecimal() and len(one) < 10]
    start = request.form.getlist("start")
    if not cancel and not start:
        text = _("Choose what to cancel or where to begin anew.")
        return make_response(_page(instance_id, "move", text), 422)
    if not request.form.get("confirmed"):
        return _foretold(instance_id, cancel, start)

    def do() -> None:
        process_instances.move(acting(), instance_id, cancel, start, request.form.get("reason", ""))

    return _carried_out(instance_id, "move", do, _("Moved tokens"))


def _foretold(instance_id: str, cancel: Sequence[int], start: Sequence[str]) -> Response:
    """The page with what a dry run has found; what the engine refuses is told beside what was chosen."""
    try:
        plan = modifications.move(acting(), instance_id, cancel, start)
    except Invalid as error:
        return make_response(_page(instance_id, "move", error.message), 422)
    except Conflict as error:
        return make_response(_page(instance_id, "move", error.message), 409)
    return make_response(_page(instance_id, "move", sentences=foretold(plan, start)))


@blueprint.post("/suspend")
def suspend(instance_id: str) -> Response:
    return _state(instance_id, process_instances.suspend, "suspended", _("Suspended"))


@blueprint.post("/resume")
def resume(instance_id: str) -> Response:
    return _state(instance_id, process_instances.resume, "resumed", _("Resumed"))


@blueprint.post("/cancel")
def cancel(instance_id: str) -> Response:
    return _state(instance_id, process_instances.cancel, "cancelled", _("Cancelled"))


def _state(instance_id: str, switch: Callable[[Any, str, str], None], part: str, words: str) -> Response:
    reason = request.form.get("reason", "")
    return _carried_out(instance_id, part, lambda: switch(acting(), instance_id, reason), words)
