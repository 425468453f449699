"""Answers: JSON of exactly `application/json`, an empty 204, and errors that always say `type` and `message`."""

import json
import secrets
from typing import Any

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from server.api.authentication import NotAuthenticated, TooManyAttempts
from server.database import out_of_reach
from server.errors import Conflict, Forbidden, Invalid, NotFound, Rejection, Unavailable

_log = structlog.get_logger()
_STATUS: dict[type[Rejection], int] = {
    NotAuthenticated: 401,
    TooManyAttempts: 429,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 400,
    Invalid: 400,
    Unavailable: 503,
}
_TYPES = {
    400: "InvalidRequestException",
    401: "AuthenticationException",
    403: "AuthorizationException",
    404: "InvalidRequestException",
    500: "RestException",
}


class Mismatch(Rejection):
    """Nobody, or more than one, waits for this message."""


def answer(body: Any, status: int = 200) -> Response:
    """JSON without a charset: one client compares the header as a whole."""
    response = Response(json.dumps(body, ensure_ascii=False), status)
    response.headers["Content-Type"] = "application/json"
    return response


def nothing() -> Response:
    """Done, and there is no more to say."""
    response = Response(status=204)
    response.headers.pop("Content-Type", None)
    return response


def plain(text: str) -> Response:
    response = Response(text)
    response.headers["Content-Type"] = "text/plain"
    return response


def xhtml(text: str) -> Response:
    response = Response(text)
    response.headers["Content-Type"] = "application/xhtml+xml"
    return response


def error(status: int, message: str, kind: str | None = None, **more: Any) -> Response:
    """What could not be done, and why."""
    response = answer(
        {"type": kind or _TYPES.get(status, "RestException"), "message": message, "code": None, **more}, status
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Procession"'
    if status in (429, 503):
        response.headers["Retry-After"] = "60" if status == 429 else "5"
    return response


def install(blueprint: Blueprint) -> None:
    """Have whatever goes wrong in it told in this form."""
    blueprint.register_error_handler(Rejection, _rejected)
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(Exception, _defect)


def _rejected(rejection: Rejection) -> Response:
    if isinstance(rejection, Mismatch):
        return error(400, rejection.message, "MismatchingMessageCorrelationException")
    status = next((_STATUS[family] for family in type(rejection).__mro__ if family in _STATUS), 400)
    return error(status, rejection.message)


def _refused(refusal: HTTPException) -> Response:
    status = refusal.code or 500
    return error(status, refusal.description or "This cannot be done.", "RestException")


def _defect(defect: Exception) -> Response:
    refused = out_of_reach(defect)
    if refused is not None:
        return _rejected(refused)
    reference = secrets.token_hex(4)
    _log.error("defect", reference=reference, path=request.path, exc_info=defect)
    return error(500, f"Nothing was changed. If it stays so, tell an operator the reference {reference}.")
