"""From a request to its answer: who asks, whether they may, what they ask, once only, and in the declared shape."""

import json
from typing import Any

from flask import Response, request

from server import terms
from server.api.authentication import actor_of
from server.api.endpoints import Endpoint
from server.api.requests import arguments, terms_of
from server.api.shapes import Download
from server.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Repeated
from server.identity.actor import Actor
from server.queries.first_answers import first_answer
from server.terms import Once

REPLAYED = "Idempotent-Replayed"
JSON = "application/json"
LONGEST_PLACE = 200


def answer(endpoint: Endpoint, **places: Any) -> Response:
    """Carry out what the request asks of the endpoint. Raises the Rejection family."""
    actor = actor_of(request)
    for permission in sorted(endpoint.permissions):
        if not actor.may(permission):
            raise Forbidden(f"You may not {permission}.")
    if any(isinstance(place, str) and len(place) > LONGEST_PLACE for place in places.values()):
        raise NotFound("There is nothing by so long a name.")
    given = arguments(endpoint, request)
    if not endpoint.is_write:
        return _response(endpoint, endpoint.function(actor, **places, **given))
    on = terms_of(endpoint, request, lambda result: _kept(endpoint, result))
    if on.once is not None and (before := _before(actor, on.once)) is not None:
        return before
    try:
        with terms.under(on):
            result = endpoint.function(actor, **places, **given)
    except Repeated:
        assert on.once is not None
        before = _before(actor, on.once)
        if before is None:
            raise
        return before
    except Invalid as invalid:
        raise _pointing(invalid, given.get("body")) from invalid
    return _response(endpoint, result)


def _response(endpoint: Endpoint, result: Any) -> Response:
    if endpoint.is_download:
        return _download(result)
    if endpoint.is_empty:
        return Response(status=204)
    given = _shaped(endpoint, result)
    response = Response(_written(endpoint, given), endpoint.status, content_type=JSON)
    if endpoint.tells_revision:
        response.headers["ETag"] = f'"{given.revision}"'
    return response


def _shaped(endpoint: Endpoint, result: Any) -> Any:
    return endpoint.gives(result) if endpoint.gives is not None else result


def _written(endpoint: Endpoint, given: Any) -> bytes:
    return endpoint.writes.dump_json(given)


def _download(file: Download) -> Response:
    response = Response(file.content, 200, content_type=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response


def _kept(endpoint: Endpoint, result: Any) -> str:
    """What is told again when the same is asked again; never a secret."""
    if endpoint.is_empty or endpoint.is_secret:
        return json.dumps([204 if endpoint.is_empty else 0, ""])
    return json.dumps([endpoint.status, _written(endpoint, _shaped(endpoint, result)).decode()])


def _before(actor: Actor, once: Once) -> Response | None:
    """The answer to the same request, made before. Raises Invalid when another one had this key."""
    found = first_answer(actor, once.key)
    if found is None:
        return None
    if found.fingerprint != once.fingerprint:
        raise Invalid("Another request was made under this key. Take a new key for each.")
    status, body = json.loads(found.answer)
    if status == 0:
        raise Conflict("This was done already, and what it answered is shown once only.")
    response = Response(body, status, content_type=JSON) if body else Response(status=status)
    response.headers[REPLAYED] = "true"
    return response


def _pointing(invalid: Invalid, body: Any) -> Invalid:
    """The same with the places of a form's fields where they stand in the body: below `values`."""
    values = getattr(body, "values", None)
    if not isinstance(values, dict):
        return invalid
    own = set(getattr(body, "__dataclass_fields__", ()))
    problems = [
        Problem(one.text, f"values/{one.element}") if one.element and one.element.partition("/")[0] not in own else one
        for one in invalid.problems
    ]
    return Invalid(invalid.message, problems)
