"""How a page answers what a person did: a short message with Undo, and back to where they were."""

from typing import Any, cast
from urllib.parse import urlsplit

from flask import flash, json, make_response, redirect, request
from werkzeug.wrappers import Response

from server.errors import Invalid, Problem
from server.expressions.characters import HALF, is_whole
from server.web.security import safe_next
from server.web.words import gettext as _


def done(text: str, back: str, undo: str | None = None) -> Response:
    """Say what was done and go back; a request by htmx gets the message alone and stays where it is."""
    if "HX-Request" in request.headers:
        response: Response = make_response("", 204)
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "undo": undo}})
        return response
    tell(text, undo)
    return redirect(where_from(back), 303)


def tell(text: str, undo: str | None = None) -> None:
    """Have the next page say *text* in its corner; *undo* is an address that takes it back by POST."""
    flash(cast(str, {"text": text, "undo": undo}), "ok")  # kept as JSON in the session, so a mapping is as good


def done_at(text: str, there: str) -> Response:
    """Say what was done on a page that is named, whatever page the person came from."""
    tell(text)
    return redirect(there, 303)


def where_from(otherwise: str) -> str:
    """The page of ours that the person came from: as the form says, else as the browser says."""
    given = request.form.get("next")
    if given:
        return safe_next(given, otherwise)
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return otherwise
    return safe_next(came.path + (f"?{came.query}" if came.query else ""), otherwise)


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises Invalid when it is something else."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Invalid(_("Send a JSON object."))
    if not is_whole(request.get_data(as_text=True)):
        raise Invalid(HALF)
    return found


def sent_values(sent: dict[str, Any]) -> dict[str, Any]:
    """The form values in a body such as {"values": {...}}. Raises Invalid."""
    values = sent.get("values")
    if not isinstance(values, dict):
        raise Invalid(_("The values of the form are missing."), [Problem(_("The values of the form are missing."))])
    return values
