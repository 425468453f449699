"""Notices: what one has been told."""

from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import notices as commands
from server.errors import NotFound
from server.queries import notices as queries
from server.queries.notice_policies import Channel, NoticeKind, Timing
from server.queries.notices import Show
from server.sentences import say
from server.web.moments import day_text, zone_of
from server.web.replies import done
from server.web.security import safe_next
from server.web.signed_in import acting
from server.web.words import gettext as _

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
KINDS = {
    NoticeKind.ASSIGNED: say("A user task is given to you"),
    NoticeKind.DUE_SOON: say("It is due soon"),
    NoticeKind.OVERDUE: say("It is overdue"),
    NoticeKind.ESCALATED: say("Somebody else is late, and you are to know"),
    NoticeKind.ASKED: say("Somebody asks you about your request"),
    NoticeKind.ANSWERED: say("Your question is answered"),
    NoticeKind.MENTIONED: say("A comment mentions you"),
    NoticeKind.COMMENT: say("A comment about what concerns you"),
    NoticeKind.REMINDED: say("A requester reminds you"),
    NoticeKind.ENDED: say("Your request is finished"),
    NoticeKind.INCIDENT: say("An incident is given to you to mend"),
    NoticeKind.BATCH: say("A batch that you began is finished"),
}
CHANNELS = {Channel.IN_APP: say("On the pages"), Channel.MAIL: say("By mail"), Channel.WEBHOOK: say("By webhook")}
TIMINGS = {
    Timing.AT_ONCE: say("At once"),
    Timing.HOURLY: say("Gathered, every hour"),
    Timing.DAILY: say("Gathered, once a day"),
}


@blueprint.get("")
def page() -> str:
    given, number = request.args.get("show", ""), request.args.get("page", "")
    show = Show(given) if given in set(Show) else Show.ALL
    at = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    found = queries.notices_of(acting(), show, at)
    zone = zone_of(acting().zone)
    days = [(day, tuple(lines)) for day, lines in groupby(found.lines, key=lambda line: day_text(line.told_at, zone))]
    return render_template(
        "notices.html",
        days=days,
        found=found,
        tabs=[
            (url_for(".page"), _("All"), found.total, show is Show.ALL),
            (url_for(".page", show=Show.UNREAD), _("Unread"), found.unread, show is Show.UNREAD),
        ],
        show=show,
        previous=url_for(".page", show=show, page=at - 1) if at > 1 else None,
        following=url_for(".page", show=show, page=at + 1) if found.has_more else None,
    )


@blueprint.post("/<notice_id>/open")
def follow(notice_id: str) -> Response:
    """Go where the notice leads; it has been read then."""
    link = queries.link_of(acting(), notice_id)
    if link is None:
        raise NotFound(_("There is no such notice."))
    commands.read(acting(), notice_id)
    return redirect(safe_next(link, url_for(".page")), 303)


@blueprint.post("/read")
def read_all() -> Response:
    commands.read_all(acting())
    return done(_("All notices are read"), url_for(".page"))
