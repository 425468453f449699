"""Reads the parameters of an HTTP call into a request that can be sent."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from server.connectors.connector import CallContext
from server.errors import Failure

PARAMETERS = ("url", "method", "headers", "payload", "timeout", "acceptErrors")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
KEPT_ELSEWHERE = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "idempotency-key"})
"""Headers that may go along to another origin: none that could hold a secret."""
_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "idempotency-key"}
    | {"accept-encoding", "expect", "proxy-authorization"}
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True)
class HttpRequest:
    """What is sent; header names are lower case, the timeout is in seconds for everything together."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None
    timeout: float
    accept_errors: bool

    def without_content(self) -> "HttpRequest":
        headers = {name: value for name, value in self.headers.items() if not name.startswith("content-")}
        return replace(self, method="GET", headers=headers, content=None)

    def sent_to(self, url: str, kept: Collection[str] | None) -> "HttpRequest":
        """The same for another URL, with only the headers *kept* (None: all)."""
        headers = {name: value for name, value in self.headers.items() if kept is None or name in kept}
        return replace(self, url=url, headers=headers)


def read_request(parameters: Mapping[str, Any], context: CallContext) -> HttpRequest:
    """The request that the parameters describe; raises Failure naming the parameter that is wrong."""
    for name in parameters:
        if name not in PARAMETERS:
            raise Failure(f'The http connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
    url = parameters.get("url")
    if not isinstance(url, str) or not url.strip():
        raise Failure("The parameter url is missing; write it like https://api.example.org/path.")
    method = str(parameters.get("method") or "GET").strip().upper()
    if method not in METHODS:
        raise Failure(f'The method "{method}" is not known; use one of {", ".join(METHODS)}.')
    headers = {"user-agent": "Procession", "accept-encoding": "identity", **_headers(parameters.get("headers"))}
    headers["idempotency-key"] = context.job_id
    content, media_type = _content(parameters.get("payload"))
    if media_type and "content-type" not in headers:
        headers["content-type"] = media_type
    timeout = _timeout(parameters.get("timeout"), context.settings.http_timeout)
    return HttpRequest(method, url.strip(), headers, content, timeout, _truth(parameters.get("acceptErrors")))


def _headers(given: Any) -> dict[str, str]:
    if given is None or given == "":
        return {}
    if not isinstance(given, Mapping):
        raise Failure("The parameter headers must be a mapping of names to values.")
    headers: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise Failure(f"{name!r} is not the name of a header; names have letters, digits and hyphens.")
        if name.lower() in _OURS:
            raise Failure(f"The header {name} is set by Procession itself; take it out of the parameter headers.")
        if value is None:
            continue
        if not isinstance(value, str | int | float | Decimal):
            raise Failure(f"The value of the header {name} must be text or a number.")
        text = str(value).strip()
        if not _VALUE.fullmatch(text):
            raise Failure(f"The value of the header {name} holds a line break or a character that headers cannot hold.")
        headers[name.lower()] = text
    return headers


def _content(payload: Any) -> tuple[bytes | None, str]:
    """The bytes to send and their media type ("" for nothing)."""
    if payload is None or payload == "":
        return None, ""
    if isinstance(payload, str):
        text, media_type = payload, "text/plain; charset=utf-8"
    elif isinstance(payload, Mapping | list | tuple):
        text, media_type = _json(payload), "application/json"
    else:
        raise Failure("The parameter payload must be text, or a mapping or list, which is sent as JSON.")
    try:
        return text.encode(), media_type
    except UnicodeEncodeError as error:
        raise Failure("The parameter payload holds half a character, which cannot be sent.") from error


def _json(payload: Any) -> str:
    try:
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, default=_plain)
    except (ValueError, TypeError, RecursionError) as error:
        raise Failure(f"The parameter payload cannot be written as JSON: {error}.") from error


def _plain(value: Any) -> Any:
    match value:
        case date() | time():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return dict(value)
    raise TypeError(f"a value of the kind {type(value).__name__} has no form in JSON")


def _timeout(given: Any, most: int) -> float:
    if given is None or given == "":
        return float(most)
    try:
        seconds = float(given)
    except (TypeError, ValueError) as error:
        raise Failure("The parameter timeout must be a number of seconds.") from error
    if not 0 < seconds <= most:
        raise Failure(f"The parameter timeout is {seconds:g} s; PROCESSION_HTTP_TIMEOUT allows up to {most} s.")
    return seconds


def _truth(given: Any) -> bool:
    if given in (None, "", False, "false"):
        return False
    if given in (True, "true"):
        return True
    raise Failure("The parameter acceptErrors must be true or false.")
