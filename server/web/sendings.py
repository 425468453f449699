"""Notices sent: the log of mails and webhooks that took notices to people, and sending one again."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import sendings as commands
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.keyset import Slice
from server.queries import sendings as queries
from server.queries.operations import strip
from server.queries.sendings import Outlet, SendingFilter, SendingState
from server.sentences import say
from server.web.operations import tabs
from server.web.permissions import needs
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.typed import choice, reason, sentences
from server.web.words import gettext as _

blueprint = Blueprint("sendings", __name__, url_prefix="/operations/sendings")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
STATES = {
    SendingState.WAITING: ("info", "hourglass", say("Waiting")),
    SendingState.SENT: ("ok", "check", say("Sent")),
    SendingState.FAILED: ("bad", "alert-triangle", say("Failed")),
    SendingState.DROPPED: ("", "ban", say("Dropped")),
}
OUTLETS = {Outlet.MAIL: say("Mail"), Outlet.WEBHOOK: say("Webhook")}
PAGE = 50


@blueprint.get("")
def page() -> str:
    given, numbers = request.args, strip(acting())
    wanted = SendingFilter(
        choice(SendingState, given.get("state", "")),
        choice(Outlet, given.get("channel", "")),
        given.get("person", "").strip()[:200],
    )
    found = queries.part(acting(), wanted, Slice(PAGE, given.get("cursor", "")))
    filters: dict[str, Any] = {"state": wanted.state, "channel": wanted.channel, "person": wanted.person_id or None}
    return render_template(
        "sendings.html",
        strip=numbers,
        tabs=tabs(numbers, "sendings"),
        wanted=wanted,
        found=found,
        counts=queries.counts(acting()),
        states=STATES,
        outlets=OUTLETS,
        following=url_for(".page", **filters, cursor=found.next) if found.next else None,
        first=url_for(".page", **filters) if given.get("cursor") else None,
    )


@blueprint.get("/<sending_id>")
def sending(sending_id: str) -> str:
    return _page(sending_id)


@blueprint.post("/<sending_id>/resend")
def resend(sending_id: str) -> Response | tuple[str, int]:
    try:
        commands.resend(acting(), sending_id, reason(request.form.get("reason", "")))
    except Invalid as invalid:
        return _page(sending_id, sentences(invalid)), 422
    except Conflict as conflict:
        return _page(sending_id, {"": conflict.message}), 409
    return done_at(_("It is sent again"), url_for(".sending", sending_id=sending_id))


def _page(sending_id: str, errors: dict[str, str] | None = None) -> str:
    found = queries.sending(acting(), sending_id)
    return render_template(
        "sending.html",
        row=found.line,
        notices=found.notices,
        states=STATES,
        outlets=OUTLETS,
        errors=errors or {},
        typed=request.form,
        may_resend=acting().may(Permission.MEND) and found.line.state is not SendingState.WAITING,
    )
