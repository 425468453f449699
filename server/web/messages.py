"""Messages that nobody waits for: what is in them; giving one to an instance, or discarding it."""

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import messages as commands
from server.errors import Conflict, Invalid, Problem
from server.identity.permissions import Permission
from server.queries import messages as queries
from server.queries.messages import Listener, MessageRow
from server.queries.operations import strip
from server.web.operations import tabs
from server.web.paging import pages
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import page_number, reason, sentences
from server.web.wording import plain
from server.web.words import gettext as _

blueprint = Blueprint("messages", __name__, url_prefix="/operations/messages")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
LONGEST = 10_000  # characters of a payload that are shown


@blueprint.get("")
def page() -> str:
    given = request.args
    at, name = page_number(given.get("page", "")), given.get("q", "").strip()[:100]
    numbers, found = strip(acting()), queries.listed(acting(), clock.now(), name, at)
    return render_template(
        "messages.html",
        strip=numbers,
        tabs=tabs(numbers, "messages"),
        found=found,
        name=name,
        written=written,
        may_mend=acting().may(Permission.MEND),
        may_send=acting().may(Permission.SEND_MESSAGES),
        **pages(at, found.pages, queries.PAGE, q=name),
    )


def written(payload: Any) -> str:
    """What is in a message, as JSON for people; a long one is cut."""
    text = json.dumps(plain(payload), indent=2, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST] + "\n" + _("… and %(number)s characters more", number=len(text) - LONGEST)


@blueprint.get("/<message_id>/match")
def match(message_id: str) -> str:
    return _dialog("match", _found(message_id))


@blueprint.post("/<message_id>/match")
def match_post(message_id: str) -> Response | tuple[str, int]:
    row, typed = _found(message_id), request.form.to_dict()
    instance_id = typed.get("instance", "")
    try:
        if not instance_id:
            sentence = _("Choose the instance that is to get it.")
            raise Invalid(sentence, [Problem(sentence, element="instance")])
        commands.match(acting(), message_id, instance_id, reason(typed.get("reason", "")))
    except Invalid as invalid:
        return _dialog("match", row, sentences(invalid), typed), 422
    except Conflict as conflict:
        return _dialog("match", row, {"": conflict.message}, typed), 409
    return done(_("The message %(name)s was delivered", name=row.name), url_for(".page"))


@blueprint.get("/<message_id>/discard")
def discard(message_id: str) -> str:
    return _dialog("discard", _found(message_id))


@blueprint.post("/<message_id>/discard")
def discard_post(message_id: str) -> Response | tuple[str, int]:
    row, typed = _found(message_id), request.form.to_dict()
    try:
        commands.discard(acting(), message_id, reason(typed.get("reason", "")))
    except Invalid as invalid:
        return _dialog("discard", row, sentences(invalid), typed), 422
    return done(_("The message %(name)s was discarded", name=row.name), url_for(".page"))


def _found(message_id: str) -> MessageRow:
    return queries.message(acting(), message_id, clock.now())


def _dialog(
    verb: str, row: MessageRow, errors: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> str:
    sought, at = request.args.get("q", "").strip()[:100], page_number(request.args.get("page", ""))
    waiting = queries.listeners(acting(), row.name, row.correlation_key, sought, at) if verb == "match" else None
    return render_template(
        "message_dialog.html" if "HX-Request" in request.headers else "message.html",
        verb=verb,
        row=row,
        entries=[(one.instance_id, _called(one)) for one in waiting.rows] if waiting else [],
        waiting=waiting,
        sought=sought,
        size=queries.LISTENERS_PAGE,
        at=min(at, waiting.pages) if waiting else 1,
        errors=errors or {},
        typed=typed or {},
    )


def _called(one: Listener) -> str:
    """Such as "PR-1039, Purchase, at Wait for the bank, for the key 4711"."""
    name = ": ".join(part for part in (one.business_key or one.instance_id, one.title) if part)
    place = _("%(name)s, %(process)s, at %(element)s", name=name, process=one.process_name, element=one.element_name)
    if not one.correlation_key:
        return place
    return _("%(place)s, for the key %(key)s", place=place, key=one.correlation_key)
