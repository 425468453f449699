"""What a person is told when something cannot be done: each family of error has one status, mapped only here."""

import secrets
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from server import clock
from server.database import out_of_reach
from server.errors import Invalid, Problem, Rejection
from server.sentences import say
from server.statuses import status_of
from server.web.moments import moment_text, size_text, zone_of
from server.web.signed_in import acting, is_signed_in
from server.web.words import gettext as _
from server.web.words import told

_log = structlog.get_logger()

TITLES = {
    400: say("This request cannot be understood"),
    401: say("You are not signed in"),
    403: say("You may not do this"),
    404: say("This page is not here"),
    405: say("This page is not here"),
    409: say("Somebody was faster"),
    413: say("This is too large"),
    422: say("Something has to be mended"),
    429: say("Too many tries"),
    500: say("Something went wrong on our side"),
    503: say("The server cannot do this just now"),
}
_WORDS = {
    400: say("The address or what was sent with it is not what this page expects."),
    404: say("There is nothing here by that address, or you may not see it."),
    405: say("There is nothing here that can be asked in this way."),
    429: say("There were too many tries in a short time. Wait a minute, then try again."),
}


def install(app: Flask) -> None:
    app.register_error_handler(Rejection, _rejected)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _defect)


def _rejected(error: Rejection) -> Response:
    problems = error.problems if isinstance(error, Invalid) else ()
    response = _answer(status_of(error), error.message, problems)
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


def _forged(error: CSRFError) -> Response:
    return _answer(
        400, _("This form was open too long or came from elsewhere. Go back, reload the page and send it again.")
    )


def _too_often(error: TooManyRequests) -> Response:
    response = _answer(429, _WORDS[429])
    response.headers["Retry-After"] = "60"
    return response


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        limit = size_text(current_app.config["MAX_CONTENT_LENGTH"])
        return _answer(
            413, _("What you sent is larger than %(limit)s. Make it smaller, or send it in parts.", limit=limit)
        )
    return _answer(status, _WORDS.get(status, error.description or _("This cannot be done.")))


def _defect(error: Exception) -> Response:
    refused = out_of_reach(error)
    if refused is not None:
        g._login_user = AnonymousUserMixin()  # who asks cannot be looked up either
        return _rejected(refused)
    reference = secrets.token_hex(4)
    _log.error("defect", reference=reference, path=request.path, exc_info=error)
    return _answer(
        500, _("Nothing was changed. Try again; if it stays so, tell an operator the reference."), (), reference
    )


def _answer(status: int, message: str, problems: tuple[Problem, ...] = (), reference: str | None = None) -> Response:
    if wants_json():
        listed = [{"field": problem.element, "text": told(problem.text)} for problem in problems]
        body: dict[str, Any] = {"message": told(message), "problems": listed}
        if reference is not None:
            body["reference"] = reference
        return make_response(jsonify(body), status)
    zone = zone_of(acting().zone if is_signed_in() else "UTC")
    page = render_template(
        "error.html",
        title=told(TITLES.get(status, say("This cannot be done"))),
        message=message,
        status=status,
        reference=reference,
        when=moment_text(clock.now(), zone),
        problems=problems if any(problem.text != message for problem in problems) else (),
        links=(("/", _("Back to the inbox")),) if is_signed_in() else (("/sign-in", _("Sign in")),),
    )
    return make_response(page, status)


def wants_json() -> bool:
    """The one who asks is a script of ours, not a person's browser opening a page."""
    return request.accept_mimetypes.best == "application/json"
