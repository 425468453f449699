"""External tasks under way: which worker has what until when, and freeing it or giving it new tries."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import external_tasks as commands
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.queries import external_tasks as queries
from server.queries.external_tasks import ExternalTaskFilter, ExternalTaskRow, ExternalTaskState
from server.queries.operations import strip
from server.sentences import say
from server.web.operations import tabs
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import choice, page_number, reason, sentences
from server.web.words import gettext as _
from server.web.words import ngettext

blueprint = Blueprint("external_tasks", __name__, url_prefix="/operations/external-tasks")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
STATES = {
    ExternalTaskState.DEAD: ("bad", "alert-triangle", say("Failed"), say("its tries are used up")),
    ExternalTaskState.SUSPENDED: ("warn", "player-pause", say("Held"), say("its instance is suspended")),
    ExternalTaskState.LOCKED: ("info", "refresh", say("Locked"), say("a worker has it")),
    ExternalTaskState.WAITING: ("", "hourglass", say("Waiting"), say("its next try has not come")),
    ExternalTaskState.FREE: ("info", "clock", say("Free"), say("the next worker of its topic gets it")),
}


@blueprint.get("")
def page() -> str:
    given, actor = request.args, acting()
    wanted = ExternalTaskFilter(
        state=choice(ExternalTaskState, given.get("state", "")),
        topic=given.get("topic") or None,
        page=page_number(given.get("page", "")),
    )
    found, numbers = queries.listed(actor, wanted), strip(actor)
    return render_template(
        "external_tasks.html",
        strip=numbers,
        tabs=tabs(numbers, "external"),
        wanted=wanted,
        found=found,
        topics=queries.topics(actor),
        states=STATES,
        may_mend=actor.may(Permission.MEND),
        **pages(wanted.page, found.pages, queries.PAGE, state=wanted.state, topic=wanted.topic),
    )


@blueprint.get("/<external_task_id>/unlock")
def unlock(external_task_id: str) -> str:
    return _dialog("unlock", queries.external_task(acting(), external_task_id))


@blueprint.post("/<external_task_id>/unlock")
def unlock_post(external_task_id: str) -> Response | tuple[str, int]:
    row, given = queries.external_task(acting(), external_task_id), request.form.get("reason", "")
    try:
        commands.unlock(acting(), external_task_id, reason(given))
    except Invalid as invalid:
        return _dialog("unlock", row, invalid, reason=given), 422
    return done(_("%(name)s is free for every worker", name=row.element_name), url_for(".page"))


@blueprint.get("/<external_task_id>/retries")
def retries(external_task_id: str) -> str:
    return _dialog("retries", queries.external_task(acting(), external_task_id))


@blueprint.post("/<external_task_id>/retries")
def retries_post(external_task_id: str) -> Response | tuple[str, int]:
    row, form = queries.external_task(acting(), external_task_id), request.form
    given, typed = form.get("reason", ""), form.get("retries", "")
    try:
        commands.set_retries(acting(), external_task_id, _number(typed), reason(given))
    except Invalid as invalid:
        return _dialog("retries", row, invalid, reason=given, retries=typed), 422
    left = ngettext(
        "%(name)s has %(number)s try left", "%(name)s has %(number)s tries left", int(typed), name=row.element_name
    )
    return done(left, url_for(".page"))


def _number(text: str) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= commands.MOST_AT_ONCE:
        sentence = _("Write how many tries it gets: a whole number from 1 to %(most)s.", most=commands.MOST_AT_ONCE)
        raise Invalid(sentence, [Problem(sentence, element="retries")])
    return int(text)


def _dialog(verb: str, row: ExternalTaskRow, invalid: Invalid | None = None, **typed: Any) -> str:
    typed.setdefault("retries", "3")
    return render_template(
        "external_task_dialog.html" if "HX-Request" in request.headers else "external_task.html",
        verb=verb,
        row=row,
        errors=sentences(invalid),
        typed=typed,
    )
