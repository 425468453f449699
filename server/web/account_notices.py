"""My account, notices: what one is told, by which channel, when mail comes, and quiet hours."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import notices as commands
from server.commands.notices import Choice
from server.errors import Invalid
from server.queries import notice_policies as queries
from server.queries.notice_policies import Channel, NoticeKind
from server.web.notices import CHANNELS, KINDS, TIMINGS
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("account_notices", __name__, url_prefix="/account/notices")
ANSWERS = {"yes": True, "no": False}
TIMES = ("timing", "daily_at", "quiet_from", "quiet_until")


@blueprint.get("")
def page() -> str:
    return _page()


@blueprint.post("")
def choose() -> Response | tuple[str, int]:
    form = request.form
    choices = [
        Choice(kind, channel, ANSWERS[given])
        for kind in NoticeKind
        for channel in Channel
        if (given := form.get(f"{kind}.{channel}", "")) in ANSWERS
    ]
    try:
        commands.choose(acting(), choices, **{name: form.get(name, "").strip() for name in TIMES})
    except Invalid as invalid:
        return _page(invalid), 422
    return done_at(_("Saved"), url_for(".page"))


def _page(invalid: Invalid | None = None) -> str:
    mine = queries.mine(acting())
    shown = {channel for channel in Channel if _is_there(mine, channel)}
    return render_template(
        "account_notices.html",
        mine=mine,
        rows=[(kind, [one for one in mine.lines if one.kind is kind and one.channel in shown]) for kind in NoticeKind],
        channels={channel: words for channel, words in CHANNELS.items() if channel in shown},
        kinds=KINDS,
        timings=[(timing.value, told(words)) for timing, words in TIMINGS.items()],
        typed={name: request.form.get(name, getattr(mine, name)) for name in TIMES},
        errors=sentences(invalid),
    )


def _is_there(mine: queries.Mine, channel: Channel) -> bool:
    """What the installation cannot do is not offered."""
    return {Channel.MAIL: mine.has_mail, Channel.WEBHOOK: mine.has_webhook}.get(channel, True)
