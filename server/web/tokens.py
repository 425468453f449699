"""Tokens: one's own under My account, everybody's under Administration, with the programs that have nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server import clock
from server.commands import people as people_commands
from server.commands import tokens as commands
from server.commands.tokens import Created, NewToken
from server.errors import Conflict, Forbidden, Invalid, Problem, Rejection
from server.identity.permissions import Permission
from server.queries import tokens as queries
from server.queries.tokens import TokenState
from server.sentences import say
from server.web.administration import PAGE, tabs
from server.web.moments import zone_of
from server.web.people import ROLES
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import moment, sentences
from server.web.words import gettext as _

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
administration = Blueprint("programs", __name__, url_prefix="/administration/tokens")
administration.before_request(needs(Permission.ADMINISTER))
STATES = {
    TokenState.ACTIVE: ("ok", "circle-check", say("Active")),
    TokenState.EXPIRED: ("", "history", say("Expired")),
    TokenState.REVOKED: ("", "ban", say("Revoked")),
}
_USUAL = timedelta(days=90)


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a new token."""

    name: str = ""
    person_id: str = ""
    process_keys: str = ""
    expires_at: str = ""
    roles: tuple[str, ...] = ()


@blueprint.get("")
def page() -> str:
    return _own(_empty())


@blueprint.post("")
def create() -> str | tuple[str, int]:
    """Make one; its secret is on this answer only."""
    typed = _typed(request.form)
    try:
        return _own(_empty(), created=commands.create(acting(), _new_token(typed)))
    except Invalid as invalid:
        return _own(typed, sentences(invalid)), 422


@blueprint.post("/<token_id>/revoke")
def revoke(token_id: str) -> Response:
    commands.revoke(acting(), token_id)
    return done(_("The token is revoked"), url_for(".page"))


@administration.get("", endpoint="page")
def everybody() -> str:
    return _everybody(_empty())


@administration.post("", endpoint="create")
def create_for() -> str | tuple[str, int]:
    typed = _typed(request.form)
    try:
        if not typed.person_id:
            raise _wrong("person_id", say("Choose a program."))
        return _everybody(_empty(), created=commands.create_for(acting(), typed.person_id, _new_token(typed)))
    except (Invalid, Forbidden) as rejection:
        return _everybody(typed, _told(rejection)), 422


@administration.post("/<token_id>/revoke", endpoint="revoke")
def revoke_any(token_id: str) -> Response:
    commands.revoke(acting(), token_id)
    return done(_("The token is revoked"), url_for(".page"))


@administration.get("/program", endpoint="new_program")
def new_program() -> str:
    return _program("", "", (), {})


@administration.post("/program", endpoint="create_program")
def create_program() -> Response | tuple[str, int]:
    form = request.form
    name, key, roles = form.get("name", ""), form.get("id", "").strip(), tuple(form.getlist("roles"))
    try:
        people_commands.create_program(acting(), key, name, roles)
    except (Invalid, Conflict) as rejection:
        return _program(name, key, roles, _told(rejection, "id")), 422
    return done(_("The program %(name)s is there; now make its token", name=name.strip()), url_for(".page"))


def _told(rejection: Rejection, otherwise: str = "") -> dict[str, str]:
    return sentences(rejection) if isinstance(rejection, Invalid) else {otherwise: rejection.message}


def _typed(form: MultiDict[str, str]) -> Typed:
    return Typed(
        form.get("name", ""),
        form.get("person_id", ""),
        form.get("process_keys", ""),
        form.get("expires_at", ""),
        tuple(form.getlist("roles")),
    )


def _empty() -> Typed:
    return Typed(expires_at=(clock.now() + _USUAL).astimezone(zone_of(acting().zone)).strftime("%Y-%m-%d"))


def _new_token(typed: Typed) -> NewToken:
    keys = [key.strip() for key in typed.process_keys.split(",") if key.strip()]
    return NewToken(typed.name, _end(typed.expires_at), typed.roles, keys)


def _end(text: str) -> datetime:
    """The end of a day in the typist's own zone, and never beyond what may be: the last day is that of the limit."""
    begins = moment(text, zone_of(acting().zone), "expires_at")
    limit = clock.now() + commands.LONGEST
    ends = begins + timedelta(days=1)
    return min(ends, limit) if begins <= limit else ends


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])


def _own(typed: Typed, errors: dict[str, str] | None = None, created: Created | None = None) -> str:
    rows = queries.own(acting(), clock.now())
    roles = {role: words for role, words in ROLES.items() if role in acting().roles}
    return _page(typed, errors, created, rows=rows, roles=roles, page="/account", where="tokens", tabs=None)


def _everybody(typed: Typed, errors: dict[str, str] | None = None, created: Created | None = None) -> str:
    programs = queries.programs(acting())
    return _page(
        typed,
        errors,
        created,
        rows=queries.listed(acting(), clock.now()),
        roles=ROLES,
        programs=programs,
        choices=[(one.id, one.name) for one in programs if one.active],
        page=PAGE,
        where="programs",
        tabs=tabs(acting(), "tokens"),
    )


def _page(typed: Typed, errors: dict[str, str] | None, created: Created | None, **more: Any) -> str:
    return render_template(
        "tokens.html",
        typed=typed,
        errors=errors or {},
        created=created,
        states=STATES,
        longest=commands.LONGEST.days,
        **more,
    )


def _program(name: str, key: str, chosen: tuple[str, ...], errors: dict[str, str]) -> str:
    return render_template("program_new.html", page=PAGE, name=name, key=key, chosen=chosen, errors=errors, roles=ROLES)
