"""Notices of processes: which kinds go by which channel, when people are told of deadlines, and when mail goes out."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import notice_policies as commands
from server.commands.notice_policies import Channels, Settled
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.queries import notice_policies as queries
from server.queries.notice_policies import NoticeKind
from server.web.administration import PAGE, tabs
from server.web.notices import CHANNELS, KINDS, TIMINGS
from server.web.permissions import needs
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("notice_policies", __name__, url_prefix="/administration/notices")
blueprint.before_request(needs(Permission.SETTLE_NOTICES))
TIMES = ("timing", "daily_at", "quiet_from", "quiet_until", "connection")


@blueprint.get("")
def page() -> str:
    """Every process, and whether it settles something of its own."""
    return render_template(
        "notice_policies.html",
        rows=queries.policies(acting()),
        tabs=tabs(acting(), "notices"),
        page=PAGE,
        may_settle_all=acting().may(Permission.ADMINISTER),
    )


@blueprint.get("/every-process")
def every() -> str:
    return _page("")


@blueprint.post("/every-process")
def settle_every() -> Response | tuple[str, int]:
    return _settled("")


@blueprint.get("/of/<process_key>")
def policy(process_key: str) -> str:
    return _page(process_key)


@blueprint.post("/of/<process_key>")
def settle(process_key: str) -> Response | tuple[str, int]:
    return _settled(process_key)


@blueprint.post("/of/<process_key>/unsettle")
def unsettle(process_key: str) -> Response:
    commands.unsettle(acting(), process_key)
    return done_at(_("It is as for every process now"), url_for(".policy", process_key=process_key))


def _settled(process_key: str) -> Response | tuple[str, int]:
    form = request.form
    channels = [Channels(kind, *(f"{kind}.{channel}" in form for channel in CHANNELS)) for kind in NoticeKind]
    try:
        rule = Settled(
            _minutes("due_soon"),
            _minutes("escalate_after"),
            form.get("escalate_to", "").split(","),
            **{name: form.get(name, "").strip() for name in TIMES},
        )
        commands.settle(acting(), process_key, channels, rule)
    except Invalid as invalid:
        return _page(process_key, invalid), 422
    return done_at(_("Saved"), url_for(".policy", process_key=process_key) if process_key else url_for(".every"))


def _minutes(field: str) -> int:
    """Hours as people type them. Raises Invalid."""
    try:
        hours = float(request.form.get(field, "").strip().replace(",", ".") or 0)
        if not 0 <= hours <= commands.LONGEST / 60:
            raise ValueError(hours)
    except ValueError:
        sentence = _("Write a number of hours, such as 24; 0 is not at all.")
        raise Invalid(sentence, [Problem(sentence, element=field)]) from None
    return round(hours * 60)


def _page(process_key: str, invalid: Invalid | None = None) -> str:
    found = queries.policy(acting(), process_key)
    given = {
        "due_soon": f"{found.due_soon / 60:g}",
        "escalate_after": f"{found.escalate_after / 60:g}",
        "escalate_to": ", ".join(name.partition(":")[2] for name in found.escalate_to),
        **{name: getattr(found, name) for name in TIMES},
    }
    return render_template(
        "notice_policy.html",
        found=found,
        kinds=KINDS,
        channels=CHANNELS,
        timings=[(timing.value, told(words)) for timing, words in TIMINGS.items()],
        webhooks=[(name, name) for name in queries.webhooks(acting())],
        typed=given | {name: request.form[name] for name in given if name in request.form},
        errors=sentences(invalid),
        page=PAGE,
        may_settle=bool(process_key) or acting().may(Permission.ADMINISTER),
    )
