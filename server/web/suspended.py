"""Suspended process instances and versions: since when, by whom and why; having one go on."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import deployments, process_instances
from server.errors import Invalid
from server.identity.permissions import Permission
from server.queries import suspensions as queries
from server.queries.operations import strip
from server.web.operations import tabs
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import page_number, reason, sentences
from server.web.words import gettext as _

blueprint = Blueprint("suspended", __name__, url_prefix="/operations/suspended")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))


@blueprint.get("")
def page() -> str:
    """Suspended instances and versions."""
    at, numbers = page_number(request.args.get("page", "")), strip(acting())
    found = queries.suspended(acting(), at)
    return render_template(
        "suspended.html",
        strip=numbers,
        tabs=tabs(numbers, "suspended"),
        found=found,
        versions=queries.suspended_versions(acting()),
        may_mend=acting().may(Permission.MEND),
        **pages(at, found.pages, queries.PAGE),
    )


@blueprint.get("/<instance_id>/resume")
def resume(instance_id: str) -> str:
    return _instance_dialog(instance_id)


@blueprint.post("/<instance_id>/resume")
def resume_post(instance_id: str) -> Response | tuple[str, int]:
    given = request.form.get("reason", "")
    try:
        row = queries.suspended_instance(acting(), instance_id)
        process_instances.resume(acting(), instance_id, given)
    except Invalid as invalid:
        return _instance_dialog(instance_id, given, invalid), 422
    return done(_("%(called)s goes on", called=row.business_key or row.process_name), url_for(".page"))


def _instance_dialog(instance_id: str, given: str = "", invalid: Invalid | None = None) -> str:
    row = queries.suspended_instance(acting(), instance_id)
    name = row.business_key or row.id
    told = _(
        "%(process)s %(name)s goes on. What became due meanwhile is done at once.",
        process=row.process_name,
        name=name,
    )
    return _dialog(name, told, url_for(".resume_post", instance_id=instance_id), _("Resume 1 instance"), given, invalid)


@blueprint.get("/versions/<definition_id>/resume")
def resume_version(definition_id: str) -> str:
    return _version_dialog(definition_id)


@blueprint.post("/versions/<definition_id>/resume")
def resume_version_post(definition_id: str) -> Response | tuple[str, int]:
    row, given = queries.suspended_version(acting(), definition_id), request.form.get("reason", "")
    try:
        deployments.resume_definition(acting(), definition_id, reason(given))
    except Invalid as invalid:
        return _version_dialog(definition_id, given, invalid), 422
    return done(
        _("%(name)s, version %(version)s, can be started again", name=row.name, version=row.version), url_for(".page")
    )


def _version_dialog(definition_id: str, given: str = "", invalid: Invalid | None = None) -> str:
    row = queries.suspended_version(acting(), definition_id)
    name = _("%(name)s, version %(version)s", name=row.name, version=row.version)
    address = url_for(".resume_version_post", definition_id=definition_id)
    return _dialog(
        name,
        _("New instances of %(name)s, may be started again.", name=name),
        address,
        _("Resume 1 version"),
        given,
        invalid,
    )


def _dialog(name: str, told: str, address: str, verb: str, given: str, invalid: Invalid | None) -> str:
    return render_template(
        "resume_dialog.html" if "HX-Request" in request.headers else "resume.html",
        name=name,
        told=told,
        address=address,
        verb=verb,
        reason=given,
        errors=sentences(invalid),
    )
