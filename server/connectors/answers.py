"""Reads the answer to an HTTP call: within the limit, as JSON where it says so, or as the failure it is."""

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NoReturn

import httpx2

from server import clock
from server.connectors.connector import TemporaryFailure
from server.errors import Failure

TEMPORARY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Answer:
    """What came back; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_body(response: httpx2.Response, limit: int, what: str) -> bytes:
    """The body, unpacked, of at most *limit* bytes; more is a Failure and is not read to its end."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > limit:
            raise _too_large(what, limit)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", "") or not body:
        return bytes(body)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Failure(f'{what} answered in the encoding "{encoding}", which was not asked for.')
    try:
        # 32 more than the largest window: zlib tells gzip and deflate apart by itself
        unpacked = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS).decompress(bytes(body), limit + 1)
    except zlib.error as error:
        raise Failure(f"{what} answered with what cannot be unpacked ({encoding}): {error}.") from error
    if len(unpacked) > limit:
        raise _too_large(what, limit)
    return unpacked


def failure_of(answer: Answer, what: str, accept_errors: bool) -> Failure | None:
    """The failure that a status stands for; None where it is an answer."""
    sentence = f"{what} answered {answer.status} {_phrase(answer.status)}".rstrip() + "."
    if answer.status in TEMPORARY:
        return TemporaryFailure(sentence, retry_after(answer.headers.get("retry-after", "")))
    if 300 <= answer.status < 400 or (answer.status >= 400 and not accept_errors):
        return Failure(sentence)
    return None


def read_answer(answer: Answer, what: str) -> dict[str, Any]:
    """statusCode, headers and response: parsed JSON where the content type says so, else text."""
    content_type = Message()
    content_type["content-type"] = answer.headers.get("content-type", "")
    media_type = content_type.get_content_type()
    if media_type == "application/json" or media_type.endswith("+json"):
        response = _json(answer.body, what) if answer.body else None
    else:
        response = _text(answer.body, str(content_type.get_param("charset", "utf-8")))
    return {"statusCode": answer.status, "headers": dict(answer.headers), "response": response}


def retry_after(text: str) -> float | None:
    """Seconds to wait, from a Retry-After of seconds or of a date (RFC 9110, 10.2.3); None where it says nothing."""
    if text.strip().isdecimal():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, float(math.ceil((moment - clock.now()).total_seconds())))


def _json(body: bytes, what: str) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{what} calls its answer JSON, but it cannot be read: {error}.") from error


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _too_large(what: str, limit: int) -> Failure:
    return Failure(f"{what} answered with more than PROCESSION_HTTP_ANSWER_LIMIT allows ({limit} bytes).")
