"""Operations: what is stuck and why, and trying it again."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import incidents as commands
from server.errors import Invalid
from server.identity.permissions import Permission
from server.queries import operations as queries
from server.queries.operations import IncidentRow, Strip
from server.sentences import say
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import page_number, reason, sentences
from server.web.words import gettext as _
from server.web.words import ngettext

blueprint = Blueprint("operations", __name__, url_prefix="/operations")
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


@blueprint.get("")
def page() -> str:
    """Incidents by cause."""
    at, strip = page_number(request.args.get("page", "")), queries.strip(acting())
    found = queries.causes(acting(), at)
    return render_template(
        "operations.html",
        strip=strip,
        tabs=tabs(strip, "incidents"),
        found=found,
        may_mend=acting().may(Permission.MEND),
        **pages(at, found.pages, queries.CAUSES),
    )


def tabs(strip: Strip, current: str) -> list[tuple[str, str, int | None, bool]]:
    """The parts of operations, for `m.tabs`."""
    entries: tuple[tuple[str, str, str, int | None], ...] = (
        ("incidents", url_for("operations.page"), _("Incidents"), strip.incidents),
        ("jobs", url_for("jobs.page"), _("Jobs and timers"), strip.dead_jobs + strip.due_jobs + strip.waiting_timers),
        ("external", url_for("external_tasks.page"), _("External tasks"), strip.external_tasks),
        ("suspended", url_for("suspended.page"), _("Suspended"), strip.suspended + strip.suspended_definitions),
        ("messages", url_for("messages.page"), _("Messages"), strip.messages),
    )
    return [(address, text, count, name == current) for name, address, text, count in entries]


@blueprint.get("/retry")
def retry() -> str:
    """The dry run: what trying again would touch. By htmx the dialog's content alone."""
    return _dry_run(request.args.get("incident", ""), request.args.get("cause", ""))


@blueprint.post("/retry")
def retry_post() -> Response | tuple[str, int]:
    form = request.form
    incident_id, cause, given = form.get("incident", ""), form.get("cause", ""), form.get("reason", "")
    try:
        words = reason(given)
        if incident_id:
            row = queries.incident(acting(), incident_id)
            commands.retry(acting(), incident_id, words)
            return done(
                _(
                    "%(element_name)s is tried again in %(business_key)s",
                    element_name=row.element_name,
                    business_key=row.business_key or row.id,
                ),
                url_for(".page"),
            )
        count = commands.retry_cause(acting(), cause, words)
    except Invalid as invalid:
        return _dry_run(incident_id, cause, given, invalid), 422
    return done(
        ngettext("%(number)s incident is tried again", "%(number)s incidents are tried again", count), url_for(".page")
    )


def _dry_run(incident_id: str, cause: str, given: str = "", invalid: Invalid | None = None) -> str:
    rows: tuple[IncidentRow, ...]
    rows = (queries.incident(acting(), incident_id),) if incident_id else queries.incidents_of(acting(), cause)
    ready = [row for row in rows if not row.is_suspended and not row.is_tried_again]
    template = "retry_dialog.html" if "HX-Request" in request.headers else "retry.html"
    return render_template(
        template,
        rows=rows,
        ready=ready,
        elements=list(dict.fromkeys(row.element_name for row in ready)),
        incident=incident_id,
        cause=cause,
        tried=TRIED,
        most=queries.MOST_AT_ONCE,
        reason=given,
        errors=sentences(invalid),
    )
