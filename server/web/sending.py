"""Sending a message or a signal by hand."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import messages, signals
from server.errors import Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.sentences import say
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _
from server.web.words import ngettext, told

blueprint = Blueprint("sending", __name__, url_prefix="/operations/send")
blueprint.before_request(needs(Permission.SEND_MESSAGES))
_FIELDS = ("name", "key", "values", "once")
KINDS = {"message": say("A message, to the one who waits for it"), "signal": say("A signal, to everybody who listens")}


@blueprint.get("")
def page() -> str:
    return _page({"kind": "message", "values": "{}"}, {})


@blueprint.post("")
def send() -> Response | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    typed["kind"] = "signal" if request.form.get("kind") == "signal" else "message"
    try:
        told = _sent(typed)
    except Invalid as invalid:
        return _page(typed, sentences(invalid)), 422
    except NotFound as rejection:
        return _page(typed, {"": rejection.message}), 404
    return done(told, url_for(".page"))


def _sent(typed: Mapping[str, str]) -> str:
    """What came of it, in a sentence."""
    if not typed["name"]:
        raise _wrong("name", _("Write the name that the model gives it."))
    values = _values(typed["values"])
    if typed["kind"] == "signal":
        count = signals.send(acting(), typed["name"], values)
        return ngettext(
            "%(number)s listens to the signal %(name)s",
            "%(number)s listen to the signal %(name)s",
            count,
            name=typed["name"],
        )
    key, once = typed["key"] or None, typed["once"] or None
    if messages.send(acting(), typed["name"], values, key, once=once):
        return _("The message %(name)s was delivered", name=typed["name"])
    return _("The message %(name)s waits: nobody waits for it yet", name=typed["name"])


def _values(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise _wrong("values", _("This is not JSON: %(error)s.", error=error)) from None
    if not isinstance(found, dict):
        raise _wrong("values", _('Write an object, such as {"amount": 500}.'))
    return found


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])


def _page(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    kinds = [(kind, told(words)) for kind, words in KINDS.items()]
    return render_template("send.html", page="/operations", kinds=kinds, typed=typed, errors=errors)
