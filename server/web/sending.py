"""Sending a message or a signal by hand."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import messages, signals
from server.errors import Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import sentences

blueprint = Blueprint("sending", __name__, url_prefix="/operations/send")
blueprint.before_request(needs(Permission.SEND_MESSAGES))
_FIELDS = ("name", "key", "values", "once")
KINDS = {"message": "A message, to the one who waits for it", "signal": "A signal, to everybody who listens"}


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
        raise _wrong("name", "Write the name that the model gives it.")
    values = _values(typed["values"])
    if typed["kind"] == "signal":
        count = signals.send(acting(), typed["name"], values)
        return f"{count} {'listens' if count == 1 else 'listen'} to the signal {typed['name']}"
    key, once = typed["key"] or None, typed["once"] or None
    reached = messages.send(acting(), typed["name"], values, key, once=once)
    return f"The message {typed['name']} {'was delivered' if reached else 'waits: nobody waits for it yet'}"


def _values(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise _wrong("values", f"This is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise _wrong("values", 'Write an object, such as {"amount": 500}.')
    return found


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])


def _page(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template("send.html", page="/operations", kinds=list(KINDS.items()), typed=typed, errors=errors)
