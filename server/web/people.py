"""People: find, create and change them, say what they may do, let them in and keep them out."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server.commands import people as commands
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission, Role
from server.queries import administration as queries
from server.queries.administration import PeopleFilter, PersonRow, PersonState
from server.sentences import say
from server.web.account import ZONES
from server.web.administration import PAGE, tabs
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import choice, page_number, reason, sentences
from server.web.words import gettext as _

blueprint = Blueprint("people", __name__, url_prefix="/administration/people")
blueprint.before_request(needs(Permission.ADMINISTER))
ROLES = {
    Role.PARTICIPANT: say("starts requests and does user tasks"),
    Role.ANALYST: say("deploys models and sees definitions"),
    Role.OPERATOR: say("mends what is stuck, sees every instance"),
    Role.AUDITOR: say("reads everything and changes nothing"),
    Role.ADMINISTRATOR: say("says who may do what"),
    Role.WORKER: say("a program: does external tasks, starts processes, sends messages"),
}


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a person."""

    id: str = ""
    name: str = ""
    email: str = ""
    zone: str = "UTC"
    roles: Sequence[str] = (Role.PARTICIPANT.value,)


@blueprint.get("")
def page() -> str:
    given = request.args
    wanted = PeopleFilter(
        text=given.get("q", "").strip()[:100],
        role=choice(Role, given.get("role", "")),
        state=choice(PersonState, given.get("state", "")),
        page=page_number(given.get("page", "")),
    )
    found = queries.people(acting(), wanted)
    return render_template(
        "people.html",
        page=PAGE,
        tabs=tabs(acting(), "people"),
        wanted=wanted,
        found=found,
        roles=ROLES,
        **pages(wanted.page, found.pages, queries.PAGE, q=wanted.text, role=wanted.role, state=wanted.state),
    )


@blueprint.get("/new")
def new() -> str:
    return _new(Typed(zone=acting().zone))


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    form, typed = request.form, _typed(request.form, request.form.get("id", "").strip())
    try:
        password, email = form.get("password", ""), typed.email or None
        commands.create(acting(), typed.id, typed.name, password, typed.roles, email, typed.zone)
    except Invalid as invalid:
        return _new(typed, sentences(invalid)), 422
    except Conflict as conflict:
        return _new(typed, {"id": conflict.message}), 409
    return done(
        _("%(name)s can sign in as %(id)s", name=typed.name, id=typed.id), url_for(".person", person_id=typed.id)
    )


def _new(typed: Typed, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "person_new.html", page=PAGE, typed=typed, errors=errors or {}, roles=ROLES, zones=_zones(typed.zone)
    )


@blueprint.get("/<person_id>")
def person(person_id: str) -> str:
    return _person(queries.person(acting(), person_id))


@blueprint.post("/<person_id>")
def change(person_id: str) -> Response | tuple[str, int]:
    typed = _typed(request.form, person_id)
    try:
        commands.change(acting(), person_id, typed.name, typed.roles, typed.email or None, typed.zone)
    except Invalid as invalid:
        return _person(queries.person(acting(), person_id), typed, sentences(invalid)), 422
    except Conflict as conflict:
        return _person(queries.person(acting(), person_id), typed, {"roles": conflict.message}), 409
    return done(_("%(name)s is saved", name=typed.name), url_for(".person", person_id=person_id))


@blueprint.post("/<person_id>/password")
def set_password(person_id: str) -> Response | tuple[str, int]:
    """Give a new password; the person is signed out everywhere."""
    row = queries.person(acting(), person_id)
    try:
        commands.set_password(acting(), person_id, request.form.get("password", ""))
    except Invalid as invalid:
        return _person(row, errors=sentences(invalid)), 422
    return done(
        _("%(name)s has a new password and is signed out everywhere", name=row.name),
        url_for(".person", person_id=person_id),
    )


@blueprint.post("/<person_id>/deactivate")
def deactivate(person_id: str) -> Response | tuple[str, int]:
    return _switch(person_id, active=False)


@blueprint.post("/<person_id>/activate")
def activate(person_id: str) -> Response | tuple[str, int]:
    return _switch(person_id, active=True)


def _switch(person_id: str, active: bool) -> Response | tuple[str, int]:
    row = queries.person(acting(), person_id)
    try:
        words = reason(request.form.get("reason", ""))
        (commands.activate if active else commands.deactivate)(acting(), person_id, words)
    except Invalid as invalid:
        return _person(row, errors=sentences(invalid)), 422
    text = (
        _("%(name)s can sign in again", name=row.name)
        if active
        else _("%(name)s cannot sign in any more", name=row.name)
    )
    return done(text, url_for(".person", person_id=person_id))


def _typed(form: MultiDict[str, str], person_id: str) -> Typed:
    return Typed(
        person_id,
        form.get("name", "").strip(),
        form.get("email", "").strip(),
        form.get("zone", ""),
        tuple(form.getlist("roles")),
    )


def _person(row: PersonRow, typed: Typed | None = None, errors: dict[str, str] | None = None) -> str:
    typed = typed or Typed(row.id, row.name, row.email, row.zone, row.roles)
    return render_template(
        "person.html",
        page=PAGE,
        row=row,
        typed=typed,
        errors=errors or {},
        roles=ROLES,
        zones=_zones(typed.zone),
        is_me=row.id == acting().id,
    )


def _zones(present: str) -> tuple[str, ...]:
    """Every zone to choose among, and the one that is set where it is an odd one."""
    known = ("UTC", *ZONES)
    return known if present in known or not present else (present, *known)
