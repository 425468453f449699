"""Groups: create and rename them, say who is in them and who leads."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import groups as commands
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.queries import administration as queries
from server.web.administration import PAGE, tabs
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _

blueprint = Blueprint("groups", __name__, url_prefix="/administration/groups")
blueprint.before_request(needs(Permission.ADMINISTER))


@blueprint.get("")
def page() -> str:
    text = request.args.get("q", "").strip()[:100]
    return render_template(
        "groups.html", page=PAGE, tabs=tabs(acting(), "groups"), text=text, groups=queries.groups(acting(), text)
    )


@blueprint.get("/new")
def new() -> str:
    return _new("", "", {})


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    name, key = request.form.get("name", ""), request.form.get("id", "")
    try:
        group_id = commands.create(acting(), key, name)
    except Invalid as invalid:
        return _new(name, key, sentences(invalid)), 422
    except Conflict as conflict:
        return _new(name, key, {"id" if key.strip() else "name": conflict.message}), 409
    return done(_("The group %(name)s is there", name=name.strip()), url_for(".group", group_id=group_id))


def _new(name: str, key: str, errors: dict[str, str]) -> str:
    return render_template("group_new.html", page=PAGE, name=name, key=key, errors=errors)


@blueprint.get("/<group_id>")
def group(group_id: str) -> str:
    return _group(group_id)


@blueprint.post("/<group_id>")
def rename(group_id: str) -> Response | tuple[str, int]:
    name = request.form.get("name", "")
    try:
        commands.rename(acting(), group_id, name)
    except Invalid as invalid:
        return _group(group_id, name, sentences(invalid)), 422
    return done(_("The group is called %(name)s now", name=name.strip()), url_for(".group", group_id=group_id))


@blueprint.post("/<group_id>/members")
def add_member(group_id: str) -> Response | tuple[str, int]:
    """Put somebody in, or change whether they lead."""
    person_id, leads = request.form.get("person_id", ""), bool(request.form.get("leads"))
    if not person_id:
        return _group(group_id, errors={"person_id": _("Choose a person.")}), 422
    commands.add_member(acting(), group_id, person_id, leads)
    name = queries.person(acting(), person_id).name
    text = _("%(name)s leads the group", name=name) if leads else _("%(name)s is in the group", name=name)
    return done(text, url_for(".group", group_id=group_id))


@blueprint.post("/<group_id>/members/<person_id>/remove")
def remove_member(group_id: str, person_id: str) -> Response:
    commands.remove_member(acting(), group_id, person_id)
    name = queries.person(acting(), person_id).name
    return done(_("%(name)s is not in the group any more", name=name), url_for(".group", group_id=group_id))


@blueprint.post("/<group_id>/remove")
def remove(group_id: str) -> Response:
    row = queries.group(acting(), group_id)
    commands.remove(acting(), group_id)
    return done(_("The group %(name)s is removed", name=row.name), url_for(".page"))


def _group(group_id: str, name: str | None = None, errors: dict[str, str] | None = None) -> str:
    row = queries.group(acting(), group_id)
    members = {member.id for member in row.members}
    return render_template(
        "group.html",
        page=PAGE,
        row=row,
        name=row.name if name is None else name,
        choices=[(person_id, label) for person_id, label in queries.choices(acting()) if person_id not in members],
        errors=errors or {},
    )
