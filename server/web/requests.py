"""My requests: where each one is and who has it, in plain words; remind, comment, withdraw."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import comments, process_instances
from server.identity.permissions import Permission
from server.queries import requests as queries
from server.queries import steps
from server.queries.requests import Show
from server.sentences import say
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import ngettext, told

blueprint = Blueprint("requests", __name__, url_prefix="/requests")
blueprint.before_request(needs(Permission.START))

TABS = ((Show.OPEN, say("Under way")), (Show.FINISHED, say("Finished")), (Show.WITHDRAWN, say("Withdrawn")))


@blueprint.get("")
def page() -> str:
    given, number = request.args.get("show", ""), request.args.get("page", "")
    show = Show(given) if given in set(Show) else Show.OPEN
    at = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    found = queries.requests_of(acting(), show, at)
    first = (at - 1) * queries.PAGE + 1
    return render_template(
        "requests.html",
        found=found,
        show=show,
        tabs=[(url_for(".page", show=one), told(name), found.counts[one], one is show) for one, name in TABS],
        steps=steps.of_instances(acting(), [row.id for row in found.rows]),
        first=first,
        last=first + len(found.rows) - 1,
        previous=url_for(".page", show=show, page=at - 1) if at > 1 else None,
        following=url_for(".page", show=show, page=at + 1) if at < found.pages else None,
    )


@blueprint.post("/<instance_id>/withdraw")
def withdraw(instance_id: str) -> Response:
    process_instances.withdraw(acting(), instance_id, request.form.get("reason", ""))
    return done(_("Withdrawn"), url_for(".page"))


@blueprint.post("/<instance_id>/remind")
def remind(instance_id: str) -> Response:
    number = process_instances.remind(acting(), instance_id)
    told_of = ngettext("%(number)s person was reminded", "%(number)s people were reminded", number)
    return done(told_of, url_for(".page"))


@blueprint.post("/<instance_id>/comment")
def comment(instance_id: str) -> Response:
    comments.write(acting(), instance_id, request.form.get("text", ""))
    return done(_("Comment added"), url_for(".page"))
