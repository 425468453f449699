"""Operations: what is stuck and why, and trying it again."""

from flask import Blueprint, render_template, request, url_for

from server.identity.permissions import Permission
from server.queries import operations as queries
from server.queries.operations import Strip
from server.web.paging import pages
from server.web.permissions import needs
from server.web.signed_in import acting
from server.web.typed import page_number
from server.web.words import gettext as _

blueprint = Blueprint("operations", __name__, url_prefix="/operations")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))


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
        may_skip=acting().may(Permission.MOVE_TOKENS),
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
        ("batches", url_for("batches.page"), _("Batches"), None),
        ("sendings", url_for("sendings.page"), _("Notices sent"), None),
    )
    return [(address, text, count, name == current) for name, address, text, count in entries]
