"""Pages of other origins whose scripts may call the REST APIs: those that the settings name, and none of the pages.

A browser asks before it lets a script of another origin send anything (CORS, fetch.spec.whatwg.org). Such a script says
who asks with each request: cookies are never taken from it (`authentication`), so that credentials are not allowed.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from server.errors import Invalid
from server.settings import Settings

PREFIXES = ("/api/v1/", "/engine-rest/")
PAGES = ("/api/v1/docs",)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENT = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match")
"""Headers that a script may send besides those that every script may."""
READ = ("Content-Disposition", "ETag", "Idempotent-Replayed", "Location", "Retry-After")
"""Headers of an answer that it may read besides those that every script may."""
REMEMBERED = 600  # seconds for which a browser need not ask again
_PORTS = {"http": "80", "https": "443"}
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")


def read_origins(written: Collection[str]) -> frozenset[str]:
    """The origins as browsers send them. Raises Invalid for what is none, such as an address with a path or a `*`."""
    return frozenset(_origin(text) for text in written)


def _origin(text: str) -> str:
    found = _ORIGIN.fullmatch(text.lower())
    if found is None:
        raise Invalid(
            f"PROCESSION_ALLOWED_ORIGINS has {text[:200]!r}; write each origin as https://tasks.example.com, with its"
            " port where it has one of its own, without a path and without a *."
        )
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" if port in (None, _PORTS[scheme]) else f"{scheme}://{host}:{port}"


def is_of_another(asked: Request) -> bool:
    """Whether a page of another origin than ours asks, as far as the browser says so."""
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != asked.host


def install(app: Flask, settings: Settings) -> None:
    """Have the APIs answer scripts of the origins that may call them. Raises Invalid for an origin that is none."""
    allowed = read_origins(settings.allowed_origins)
    if not allowed:
        return

    def answer_preflight() -> Response | None:
        """Before anybody asks who it is: a browser sends neither a cookie nor a password with this."""
        if request.method != "OPTIONS" or request.access_control_request_method is None or not _is_of_an_api():
            return None
        answer = Response(status=204)
        if request.origin in allowed:
            answer.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
            answer.headers["Access-Control-Allow-Headers"] = ", ".join(SENT)
            answer.access_control_max_age = REMEMBERED
        return answer

    def allow(answer: Response) -> Response:
        if _is_of_an_api():
            answer.vary.add("Origin")
            if request.origin in allowed:
                answer.access_control_allow_origin = request.origin
                answer.headers["Access-Control-Expose-Headers"] = ", ".join(READ)
        return answer

    app.before_request(answer_preflight)
    app.after_request(allow)


def _is_of_an_api() -> bool:
    return request.path.startswith(PREFIXES) and request.path not in PAGES
