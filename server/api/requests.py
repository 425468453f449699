"""What a request brings: its body and query in their shapes, and the terms it sets by its headers."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from flask import Request
from pydantic import ValidationError

from server.api.endpoints import Endpoint
from server.api.errors import Misunderstood
from server.api.shapes import Upload, Uploads, unfit
from server.errors import Invalid, Problem
from server.terms import Once, Revision, Terms

KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'"(\d{1,18})"')


def arguments(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """What the function is called with besides the actor and what stands in the address.

    Raises Invalid, Misunderstood.
    """
    given: dict[str, Any] = {}
    _refuse_unasked(endpoint, request)
    if endpoint.wanted is not None:
        given["wanted"] = _query(endpoint, request)
    if endpoint.takes_files:
        given["body"] = _file(request) if endpoint.takes_one_file else _files(request)
    elif endpoint.body is not None:
        given["body"] = _body(endpoint, request)
    return given


def _refuse_unasked(endpoint: Endpoint, request: Request) -> None:
    if endpoint.wanted is None and request.args:
        raise Invalid(f"Nothing is asked for after the question mark here: {next(iter(request.args))}.")
    if endpoint.body is None and not endpoint.takes_files and request.content_length:
        raise Misunderstood("Nothing is to be sent here: leave the body empty.")


def _query(endpoint: Endpoint, request: Request) -> Any:
    assert endpoint.wanted is not None
    twice = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if twice:
        raise Invalid(
            f"{twice[0]} stands there more than once.", [Problem("It stands there more than once.", twice[0])]
        )
    try:
        return endpoint.wanted.validate_strings(request.args.to_dict())
    except ValidationError as error:
        raise unfit(error) from None


def _body(endpoint: Endpoint, request: Request) -> Any:
    assert endpoint.body is not None
    if request.mimetype != "application/json":
        raise Misunderstood("Send JSON, with the header Content-Type: application/json.", 415)
    sent = request.get_data(cache=True)
    if b"\\u0000" in sent or b"\0" in sent:
        raise Invalid("What was sent holds a character that no text has (U+0000).")
    try:
        return endpoint.body.validate_json(sent, strict=True)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False)):
            raise Misunderstood("What was sent is not JSON.") from None
        raise unfit(error) from None


def _files(request: Request) -> Uploads:
    if request.mimetype != "multipart/form-data":
        raise Misunderstood("Send files as multipart/form-data, each under the name file.", 415)
    request.get_data(cache=True)  # kept, so that it can be told whether the same was sent again
    others = [name for name in (*request.files, *request.form) if name != "file"]
    if others:
        raise Invalid(f"Each file is sent under the name file, not {others[0]}.", [Problem("Unknown.", others[0])])
    found = [(one.filename or "file", one.mimetype, one.read()) for one in request.files.getlist("file")]
    if not found:
        raise Invalid("Send at least one file under the name file.", [Problem("There is no file.", "file")])
    return Uploads(tuple(found))


def _file(request: Request) -> Upload:
    files = _files(request).files
    if len(files) > 1:
        raise Invalid("Send one file at a time.", [Problem("Send one file at a time.", "file")])
    return Upload(*files[0])


def terms_of(endpoint: Endpoint, request: Request, answer: Callable[[Any], str]) -> Terms:
    """Once only, where there is a key; only from a revision, where that is asked for. Raises Misunderstood."""
    return Terms(_once(endpoint, request, answer), _revision(endpoint, request))


def _once(endpoint: Endpoint, request: Request, answer: Callable[[Any], str]) -> Once | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not endpoint.is_repeatable:
        raise Misunderstood(f"This is done anew however often it is asked for: leave out {KEY_HEADER} here.")
    if not _KEY.fullmatch(key):
        raise Misunderstood(f"{KEY_HEADER} has 1 to 200 visible ASCII characters.")
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return Once(key, hashlib.sha256(asked).hexdigest(), answer)


def _revision(endpoint: Endpoint, request: Request) -> Revision | None:
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    if not endpoint.takes_revision:
        raise Misunderstood("If-Match is for what changes one thing that has an ETag; leave it out here.")
    tags = [_TAG.fullmatch(part.strip()) for part in given.split(",")]
    if not all(tags):
        raise Misunderstood('If-Match takes what came as ETag, such as "7".')
    assert request.view_args is not None
    return Revision(endpoint.subject(request.view_args), frozenset(int(tag[1]) for tag in tags if tag is not None))
