"""One process instance: where it is, what happened, who did it and why; files of it to take away."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.commands import comments, incidents, process_instances
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.queries import activity_instances as activities
from server.queries import ad_hoc, conversation, decisions, external_tasks, history, reasons
from server.queries import process_instances as queries
from server.queries.history import IN_A_FILE
from server.queries.process_instances import InstanceView
from server.web import trail
from server.web.exports import csv_file, download, xes
from server.web.external_tasks import STATES
from server.web.moments import zone_of
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import speaking_english

blueprint = Blueprint("instance", __name__, url_prefix="/instances/<instance_id>")
BRANCHES_SHOWN = 50
BRANCHES_TRACED = 20
TRAIL_HEAD = ("No.", "When", "Who", "What", "Why", "Kind")


@blueprint.get("")
def page(instance_id: str) -> str:
    return _page(instance_id)


def _page(instance_id: str, problem: str = "", text: str = "", field: str = "") -> str:
    actor = acting()
    view = queries.instance(actor, instance_id)
    found = history.trail(actor, instance_id)
    rows = trail.rows(found)
    visits = activities.activities(actor, instance_id)
    branches = trail.branches(rows, found.titles)
    traced = [branch.number for branch in branches[:BRANCHES_TRACED]]
    called = {one.id: one for one in view.called}
    return render_template(
        "instance.html",
        view=view,
        name=named(view),
        trail=found,
        rows=rows,
        events=trail.events(rows, found.titles, zone_of(actor.zone)),
        forms=trail.forms(rows, {visit.activity: visit.user_task_id for visit in visits if visit.user_task_id}),
        variables=trail.variables(rows, found.titles),
        branches=branches[:BRANCHES_SHOWN],
        reasons=trail.reasons(reasons.reasons(actor, instance_id, found.entries, traced)),
        more_branches=max(len(branches) - BRANCHES_SHOWN, 0),
        choosing=ad_hoc.open_ad_hoc(actor, instance_id),
        made=decisions.made(actor, instance_id),
        activities=visits,
        external_tasks=external_tasks.of_instance(actor, instance_id) if view.is_live else (),
        worker_states=STATES,
        most_activities=activities.MOST_ACTIVITIES,
        links={"links": _links(visits, called)},
        incidents=activities.incidents(actor, instance_id),
        comments=conversation.comments(actor, instance_id),
        files=conversation.files(actor, instance_id),
        now=clock.now(),
        took=trail.took,
        problem=problem,
        text=text,
        field=field,
        may=_allowed(view),
    )


def named(view: InstanceView) -> str:
    """What people call it: "PR-1039: 2 test phones"."""
    return ": ".join(part for part in (view.business_key, view.title) if part) or view.process_name


def _allowed(view: InstanceView) -> dict[str, bool]:
    """Which buttons the person gets: nobody is shown one that they may not use."""
    may = acting().may
    mends = any(may(one) for one in (Permission.MEND, Permission.EDIT_VARIABLES, Permission.MOVE_TOKENS))
    return {
        "mend": mends and view.is_live,
        "retry": may(Permission.MEND) and view.is_live,
        "comment": may(Permission.COMMENT),
        "follow": may(Permission.COMMENT),
        "withdraw": may(Permission.START) and view.is_own and view.is_live,
        "definitions": may(Permission.SEE_DEFINITIONS),
    }


def _links(visits: tuple[Any, ...], called: dict[str, Any]) -> list[dict[str, str]]:
    """The latest called instance of each call activity, for the diagram."""
    latest = {visit.element_key: called[visit.called_id] for visit in visits if visit.called_id in called}
    return [
        {
            "element": key,
            "href": url_for(".page", instance_id=one.id),
            "text": _("Open %(called)s", called=one.business_key or one.process_name),
        }
        for key, one in latest.items()
    ]


@blueprint.get("/trail.csv")
def trail_csv(instance_id: str) -> Response:
    """The whole audit trail."""
    found = history.trail(acting(), instance_id, IN_A_FILE)
    with speaking_english():
        rows = trail.rows(found)
    lines = ((row.number, row.at, row.who, row.what, row.why, row.entry.name) for row in rows)
    return csv_file(f"{_file_name(instance_id)}-trail.csv", TRAIL_HEAD, lines)


@blueprint.get("/log.xes")
def log_xes(instance_id: str) -> Response:
    """The event log for process mining."""
    view = queries.instance(acting(), instance_id)
    found = history.trail(acting(), instance_id, IN_A_FILE)
    content = xes(view.process_name, view.business_key or view.id, found)
    return download(content, f"{_file_name(instance_id)}.xes", "application/xml")


def _file_name(instance_id: str) -> str:
    key = queries.instance(acting(), instance_id).business_key or instance_id
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in key)


@blueprint.post("/comment")
def comment(instance_id: str) -> AnyResponse:
    text = request.form.get("text", "")
    try:
        comments.write(acting(), instance_id, text)
    except Invalid as error:
        return make_response(_page(instance_id, error.message, text, "text"), 422)
    return done_at(_("Comment added"), url_for(".page", instance_id=instance_id) + "#comments")


@blueprint.post("/withdraw")
def withdraw(instance_id: str) -> AnyResponse:
    reason = request.form.get("reason", "")
    try:
        process_instances.withdraw(acting(), instance_id, reason)
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return make_response(_page(instance_id, error.message, reason, "reason"), status)
    return done_at(_("Withdrawn"), url_for(".page", instance_id=instance_id))


@blueprint.post("/follow")
def follow(instance_id: str) -> AnyResponse:
    view = queries.instance(acting(), instance_id)
    process_instances.follow(acting(), instance_id, not view.is_followed)
    told_of = (
        _("No longer following %(called)s", called=named(view))
        if view.is_followed
        else _("Following %(called)s", called=named(view))
    )
    return done_at(told_of, url_for(".page", instance_id=instance_id))


@blueprint.post("/incidents/<incident_id>/retry")
def retry(instance_id: str, incident_id: str) -> AnyResponse:
    """Try again what failed in this instance."""
    reason = request.form.get("reason", "").strip()
    here = activities.incidents(acting(), instance_id)
    element = next((one.element for one in here if one.id == incident_id), "")
    try:
        if not element:
            raise Conflict(_("This incident is no longer one of this process instance."))
        incidents.retry(acting(), incident_id, reason)
    except Conflict as error:
        return make_response(_page(instance_id, error.message), 409)
    return done_at(_outcome(instance_id, incident_id, element), url_for(".page", instance_id=instance_id))


def _outcome(instance_id: str, incident_id: str, element: str) -> str:
    """Retrying may fail again: say so instead of promising."""
    again = activities.incidents(acting(), instance_id)
    is_open = any(one.resolved_at is None and one.element == element for one in again)
    return (
        _("Retried %(element)s: it failed again", element=element)
        if is_open
        else _("Retried %(element)s", element=element)
    )
