"""Substitutes: who does whose work while they are away."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import substitutes as commands
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.queries import administration as queries
from server.queries.administration import SubstituteState
from server.sentences import say
from server.web.administration import PAGE, tabs
from server.web.moments import zone_of
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import moment, moment_field, sentences
from server.web.words import gettext as _

blueprint = Blueprint("substitutes", __name__, url_prefix="/administration/substitutes")
blueprint.before_request(needs(Permission.ADMINISTER))
STATES = {
    SubstituteState.NOW: ("ok", "user-check", say("Now")),
    SubstituteState.LATER: ("info", "calendar", say("Later")),
    SubstituteState.OVER: ("", "history", say("Over")),
}
_FIELDS = ("person_id", "substitute_id", "from_at", "until_at")


@blueprint.get("")
def page() -> str:
    now, zone = clock.now(), zone_of(acting().zone)
    return _page({"from_at": moment_field(now, zone), "until_at": moment_field(now + timedelta(days=7), zone)})


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    try:
        person_id, substitute_id = _chosen(typed, "person_id"), _chosen(typed, "substitute_id")
        from_at, until_at = _span(typed)
        commands.add(acting(), person_id, substitute_id, from_at, until_at)
    except Invalid as invalid:
        return _page(typed, sentences(invalid)), 422
    names = dict(queries.choices(acting()))
    told = _(
        "%(substitute)s stands in for %(person)s",
        substitute=names.get(substitute_id, substitute_id),
        person=names.get(person_id, person_id),
    )
    return done(told, url_for(".page"))


@blueprint.post("/<row_id>/remove")
def remove(row_id: str) -> Response:
    commands.remove(acting(), row_id)
    return done(_("The substitute is removed"), url_for(".page"))


def _chosen(typed: dict[str, str], field: str) -> str:
    if not typed[field]:
        raise Invalid(_("Choose a person."), [Problem(_("Choose a person."), element=field)])
    return typed[field]


def _span(typed: dict[str, str]) -> tuple[datetime, datetime | None]:
    """From when until when; without an end until further notice. The times are meant in the typist's own zone."""
    zone = zone_of(acting().zone)
    return (
        moment(typed["from_at"], zone, "from_at"),
        moment(typed["until_at"], zone, "until_at") if typed["until_at"] else None,
    )


def _page(typed: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "substitutes.html",
        page=PAGE,
        tabs=tabs(acting(), "substitutes"),
        rows=queries.substitutes(acting()),
        choices=queries.choices(acting()),
        states=STATES,
        typed=typed,
        errors=errors or {},
    )
