"""What a program is told when something cannot be done: one form of answer (RFC 9457), one status for each family."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from server.api.authentication import NotAuthenticated, TooManyAttempts
from server.database import out_of_reach
from server.errors import Invalid, Problem, Rejection
from server.statuses import status_of

_log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be understood",
    401: "Who is asking is not known",
    403: "This is not allowed",
    404: "This is not here",
    405: "This cannot be asked here",
    409: "The state does not allow it",
    412: "It has changed meanwhile",
    413: "This is too large",
    415: "This is not JSON",
    422: "Something has to be mended",
    429: "Too many attempts",
    500: "A defect on our side",
    503: "The server cannot do this just now",
}


KINDS = {
    400: "malformed",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method",
    409: "conflict",
    412: "outdated",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many-attempts",
    500: "defect",
    503: "unavailable",
}


@dataclass(frozen=True)
class ProblemDetail:
    """One thing that is wrong with what was sent: `pointer` says where (RFC 6901), empty where it has no place."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class ProblemAnswer:
    """Why it was not done. `type` names the kind for programs, `detail` is one sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    problems: tuple[ProblemDetail, ...]


class Misunderstood(Rejection):
    """What was sent is not what this endpoint takes."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def rejection_status(error: Rejection) -> int:
    """The status of a rejection; those of this face are told first."""
    if isinstance(error, Misunderstood):
        return error.status
    if isinstance(error, NotAuthenticated):
        return 401
    return 429 if isinstance(error, TooManyAttempts) else status_of(error)


def install(blueprint: Blueprint) -> None:
    """Answer with problems whatever goes wrong in the blueprint."""
    blueprint.register_error_handler(Rejection, _rejected)
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(Exception, _defect)


def _rejected(error: Rejection) -> Response:
    problems = error.problems if isinstance(error, Invalid) else ()
    return answer(rejection_status(error), error.message, [_detail(problem) for problem in problems])


def _detail(problem: Problem) -> ProblemDetail:
    """What is wrong with a deployed file has no pointer: it says itself where it is."""
    if problem.resource is None and not problem.line:
        return ProblemDetail(f"/{problem.element}" if problem.element else "", problem.text)
    place = ", ".join(str(part) for part in (problem.resource, problem.line or None, problem.element) if part)
    return ProblemDetail("", f"{place}: {problem.text}")


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        return answer(413, f"At most {current_app.config['MAX_CONTENT_LENGTH']} bytes may be sent.")
    response = answer(status, error.description or TITLES.get(status, "This cannot be done."))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _defect(error: Exception) -> Response:
    refused = out_of_reach(error)
    if refused is not None:
        return _rejected(refused)
    reference = secrets.token_hex(4)
    _log.error("defect", reference=reference, path=request.path, exc_info=error)
    return answer(500, f"Nothing was changed. If it stays so, tell an operator the reference {reference}.")


def answer(status: int, detail: str, problems: list[ProblemDetail] | None = None) -> Response:
    """The one form of every answer that is not what was asked for."""
    title = TITLES.get(status, "This cannot be done")
    told = ProblemAnswer(
        f"urn:procession:problem:{KINDS.get(status, 'other')}", title, status, detail, tuple(problems or ())
    )
    body: dict[str, Any] = asdict(told)
    response = Response(json.dumps(body), status, content_type=MEDIA_TYPE)
    if status == 401:
        # Never Basic: a browser would ask for a password, keep it, and send it along from any page.
        response.headers["WWW-Authenticate"] = 'Bearer realm="Procession"'
    if status in (429, 503):
        response.headers["Retry-After"] = "60" if status == 429 else "5"
    return response
