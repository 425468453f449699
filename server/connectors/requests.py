"""Reads the parameters of an HTTP call into a request that can be sent."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from server.connectors.connector import CallContext
from server.errors import Failure

PARAMETERS = (
    *("url", "method", "query", "headers", "payload", "timeout", "acceptErrors", "errors"),
    *("nextPage", "items", "maxPages"),
)
FORM = "application/x-www-form-urlencoded"
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
    accept_errors: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)  # BPMN error codes by status (404) or class (4xx)

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
    url = parameters.get("url") or ""
    if not isinstance(url, str) or not (url.strip() or context.connection):
        raise Failure("The parameter url is missing; write it like https://api.example.org/path.")
    method = str(parameters.get("method") or "GET").strip().upper()
    if method not in METHODS:
        raise Failure(f'The method "{method}" is not known; use one of {", ".join(METHODS)}.')
    given = read_headers(parameters.get("headers"))
    content, media_type = content_of(parameters.get("payload"), given.get("content-type", ""))
    headers = {**always(context.job_id), **({"content-type": media_type} if media_type else {}), **given}
    return HttpRequest(
        method,
        with_query(url.strip(), parameters.get("query")),
        headers,
        content,
        _timeout(parameters.get("timeout"), context.settings.http_timeout),
        truth_of(parameters.get("acceptErrors")),
        errors_of(parameters.get("errors")),
    )


def always(key: str) -> dict[str, str]:
    """The headers of every call; *key* stays the same over all attempts."""
    return {"user-agent": "Procession", "accept-encoding": "identity", "idempotency-key": key}


def with_query(url: str, query: Any) -> str:
    """*url* with a mapping of names to values, or to lists of values, after its question mark."""
    if query is None or query == "":
        return url
    if not isinstance(query, Mapping):
        raise Failure("The parameter query must be a mapping of names to values.")
    pairs = [(str(name), text) for name, value in query.items() for text in _texts(name, value)]
    if not pairs:
        return url
    before, mark, fragment = url.partition("#")
    return before + ("&" if "?" in before else "?") + urlencode(pairs) + mark + fragment


def _texts(name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [text_of(f"The value {name} of the query", one) for one in values if one is not None]


def text_of(what: str, value: Any) -> str:
    """A plain value as it stands in addresses and forms. Raises Failure for mappings and lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    if not isinstance(value, str | int | float | Decimal):
        raise Failure(f"{what} must be text, a number, a truth value or a date.")
    return str(value)


def errors_of(given: Any) -> dict[str, str]:
    if given is None or given == "":
        return {}
    if not isinstance(given, Mapping):
        raise Failure("The parameter errors must be a mapping of statuses to error codes, such as 404 to notFound.")
    for status, code in given.items():
        if not re.fullmatch(r"[45](\d\d|xx)", str(status)) or not isinstance(code, str) or not code:
            raise Failure(f"The parameter errors holds {status}: {code}; write a status such as 404 or 4xx and a code.")
    return {str(status): code for status, code in given.items()}


def read_headers(given: Any) -> dict[str, str]:
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


def content_of(payload: Any, media_type: str = "") -> tuple[bytes | None, str]:
    """The bytes to send and their media type ("" for nothing): a mapping is JSON unless a form is wanted."""
    if payload is None or payload == "":
        return None, ""
    if isinstance(payload, str):
        text, media_type = payload, "text/plain; charset=utf-8"
    elif isinstance(payload, Mapping) and media_type.partition(";")[0].strip() == FORM:
        text = urlencode([(str(name), text) for name, value in payload.items() for text in _texts(name, value)])
        media_type = FORM
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


def plain_json(value: Any, name: str) -> Any:
    """*value* as JSON has it: dates are text, decimals numbers. Raises Failure naming the parameter."""
    try:
        return json.loads(json.dumps(value, allow_nan=False, default=_plain))
    except (ValueError, TypeError, RecursionError) as error:
        raise Failure(f"The parameter {name} cannot be written as JSON: {error}.") from error


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


def truth_of(given: Any) -> bool:
    if given in (None, "", False, "false"):
        return False
    if given in (True, "true"):
        return True
    raise Failure("The parameter acceptErrors must be true or false.")
