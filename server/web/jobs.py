"""Jobs and timers: what runs by itself, when, how it went, and bringing it forward or putting it off."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import jobs as commands
from server.errors import Conflict, Invalid, Problem
from server.identity.permissions import Permission
from server.queries import jobs as queries
from server.queries.jobs import JobFilter, JobKind, JobOrder, JobRow, JobState
from server.queries.operations import strip
from server.sentences import say
from server.web.moments import moment_text, zone_of
from server.web.operations import tabs
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import choice, moment, moment_field, page_number, reason, sentences
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("jobs", __name__, url_prefix="/operations/jobs")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
KINDS = {
    JobKind.TIMER: say("Timer"),
    JobKind.START_TIMER: say("Start by a timer"),
    JobKind.CONNECTOR: say("Connector call"),
    JobKind.CONTINUATION: say("Go on asynchronously"),
    JobKind.ASSIGNMENT: say("Tell who has a user task"),
    JobKind.CALL_RETURN: say("Return from a called process"),
    JobKind.CALL_CANCEL: say("End a called process"),
    JobKind.MESSAGE: say("Deliver a message"),
    JobKind.WAITING_MESSAGE: say("See who waits for a message"),
    JobKind.CONDITIONS: say("See which conditions are true"),
    JobKind.SIGNAL: say("Send a signal"),
    JobKind.SIGNAL_DELIVERY: say("Deliver a signal"),
    JobKind.NOTICE: say("See how a notice goes out"),
    JobKind.SENDING: say("Send notices"),
    JobKind.DEADLINE: say("Tell of a deadline"),
    JobKind.DEADLINES: say("Set deadlines anew"),
    JobKind.BATCH_ITEM: say("Do what a batch does to all"),
    JobKind.FIRST_ANSWERS: say("Forget answers to repeated requests"),
    JobKind.CLEAN_UP: say("Forget what nobody needs any more"),
    JobKind.DELIVERY: say("Tell a subscriber"),
    JobKind.WEBHOOK_LOG: say("Forget old calls and deliveries of webhooks"),
}
FORMS = {"date": say("At"), "duration": say("After"), "cycle": say("By the cycle")}
STATES = {
    JobState.DEAD: ("bad", "alert-triangle", say("Dead"), say("its attempts are used up")),
    JobState.HELD: ("warn", "player-pause", say("Held"), say("what it belongs to is suspended")),
    JobState.RUNNING: ("info", "refresh", say("Running"), say("a worker has it")),
    JobState.DUE: ("info", "clock", say("Due"), say("the next free worker takes it")),
    JobState.WAITING: ("", "hourglass", say("Waiting"), say("its time has not come")),
}


@blueprint.get("")
def page() -> str:
    given, now = request.args, clock.now()
    wanted = JobFilter(
        kind=choice(JobKind, given.get("kind", "")),
        state=choice(JobState, given.get("state", "")),
        order=choice(JobOrder, given.get("order", "")) or JobOrder.DUE,
        page=page_number(given.get("page", "")),
    )
    found, numbers = queries.listed(acting(), wanted, now), strip(acting())
    return render_template(
        "jobs.html",
        strip=numbers,
        tabs=tabs(numbers, "jobs"),
        wanted=wanted,
        found=found,
        counts=queries.counts(acting(), now),
        kinds=KINDS,
        forms=FORMS,
        states=STATES,
        may_mend=acting().may(Permission.MEND),
        **pages(wanted.page, found.pages, queries.PAGE, kind=wanted.kind, state=wanted.state, order=wanted.order),
    )


@blueprint.get("/<job_id>/fire")
def fire(job_id: str) -> str:
    return _dialog("fire", _movable(job_id))


@blueprint.post("/<job_id>/fire")
def fire_post(job_id: str) -> Response | tuple[str, int]:
    row, given = _movable(job_id), request.form.get("reason", "")
    try:
        commands.fire_now(acting(), job_id, reason(given))
    except Invalid as invalid:
        return _dialog("fire", row, invalid, reason=given), 422
    return done(_("%(job)s: it is done now", job=told(KINDS[row.kind])), url_for(".page"))


@blueprint.get("/<job_id>/postpone")
def postpone(job_id: str) -> str:
    return _dialog("postpone", _movable(job_id))


@blueprint.post("/<job_id>/postpone")
def postpone_post(job_id: str) -> Response | tuple[str, int]:
    row, given, typed = _movable(job_id), request.form.get("reason", ""), request.form.get("due", "")
    try:
        due = moment(typed, zone_of(acting().zone), "due")
        if due <= clock.now():
            sentence = _("This moment has passed. Choose a later one, or fire it now.")
            raise Invalid(sentence, [Problem(sentence, element="due")])
        commands.postpone(acting(), job_id, due, reason(given))
    except Invalid as invalid:
        return _dialog("postpone", row, invalid, reason=given, due=typed), 422
    return done(
        _(
            "%(job)s: it waits until %(moment)s",
            job=told(KINDS[row.kind]),
            moment=moment_text(due, zone_of(acting().zone)),
        ),
        url_for(".page"),
    )


def _movable(job_id: str) -> JobRow:
    """The job, unless a worker is at it: to fire it once more would do its work twice. Raises Conflict, NotFound."""
    row = queries.job(acting(), job_id, clock.now())
    if row.state is JobState.RUNNING:
        raise Conflict(_("A worker is doing this job just now. Look again in a moment."))
    return row


def _dialog(verb: str, row: JobRow, invalid: Invalid | None = None, **typed: Any) -> str:
    typed.setdefault("due", moment_field(max(row.due_at, clock.now()), zone_of(acting().zone)))
    return render_template(
        "job_dialog.html" if "HX-Request" in request.headers else "job.html",
        verb=verb,
        row=row,
        kinds=KINDS,
        states=STATES,
        errors=sentences(invalid),
        typed=typed,
    )
