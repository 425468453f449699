"""The addresses of the REST API: every endpoint, its OpenAPI document, and an answer for what is not there."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, json, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map, Rule

from server.api import errors
from server.api.answering import answer
from server.api.endpoints import Endpoint, Noun
from server.api.openapi import PREFIX, document
from server.errors import NotFound

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


def blueprint_of(nouns: tuple[Noun, ...]) -> Blueprint:
    """One blueprint that serves them all."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    errors.install(blueprint)
    rules = Map()
    for noun in nouns:
        for endpoint in noun.endpoints:
            name = endpoint.name.replace(".", "_")
            blueprint.add_url_rule(
                endpoint.rule,
                name,
                _view(endpoint),
                methods=[endpoint.method],
                provide_automatic_options=False,
            )
            rules.add(Rule(endpoint.rule, endpoint=name, methods=[endpoint.method]))

    def openapi() -> Response:
        """The description of all this, for programs."""
        return Response(json.dumps(document(nouns)), content_type="application/json")

    def nothing_here(rest: str = "") -> Response:
        adapter = rules.bind("")
        allowed = [*adapter.allowed_methods(f"/{rest}")]
        if request.method in allowed or not allowed:
            raise NotFound(f"There is nothing at {PREFIX}/{rest}.")
        raise MethodNotAllowed(allowed, f"{request.method} is not asked here, but: {', '.join(allowed)}.")

    blueprint.add_url_rule("/openapi.json", "openapi", openapi)
    every = [*METHODS, "OPTIONS", "TRACE"]
    for rule, name in (("/", "root"), ("/<path:rest>", "elsewhere")):
        blueprint.add_url_rule(rule, name, nothing_here, provide_automatic_options=False, methods=every)
    return blueprint


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**places: Any) -> Response:
        return answer(endpoint, **places)

    return view
