"""The REST API of Camunda 7, translated to our commands and queries, so that its tools and clients work unchanged.

Each file translates one noun and knows no other; how things are said stands in `wording`. docs/camunda7.md says what
is translated and what is not.
"""

from types import ModuleType

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from server.api.camunda7 import (
    activity_instances,
    attachments,
    deployments,
    engine,
    external_tasks,
    filters,
    history,
    identity,
    incidents,
    jobs,
    links,
    messages,
    metrics,
    modifications,
    past_tasks,
    process_definitions,
    process_instances,
    single_tasks,
    tasks,
    user_operations,
    variable_instances,
)
from server.api.camunda7.wording import acting, answers, uploads
from server.settings import Settings

NOUNS: tuple[ModuleType, ...] = (
    engine,
    deployments,
    process_definitions,
    process_instances,
    activity_instances,
    modifications,
    external_tasks,
    messages,
    tasks,
    single_tasks,
    attachments,
    filters,
    identity,
    incidents,
    jobs,
    metrics,
    variable_instances,
    history,
    past_tasks,
    user_operations,
)
PLACES = {"camunda7": "/engine-rest", "camunda7_default": "/engine-rest/engine/default"}
BLUEPRINTS = frozenset({*PLACES, links.blueprint.name})
"""Whoever asks these says who they are with each request; the links lead to pages that ask for it."""
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


def blueprint() -> Blueprint:
    """Every route of every noun, and an answer for whatever is none."""
    made = Blueprint("camunda7", __name__)
    made.before_request(acting.require)
    answers.install(made)
    for noun in NOUNS:
        for methods, path, do in noun.ROUTES:
            name = f"{noun.__name__.rpartition('.')[2]}_{do.__name__}_{path.count('/')}_{len(path)}"
            made.add_url_rule(path, name, do, methods=methods.split(), provide_automatic_options=False)
    made.add_url_rule("/", "unknown_root", _unknown, methods=_METHODS)
    made.add_url_rule("/<path:anything>", "unknown", _unknown, methods=_METHODS)
    return made


def install(app: Flask, settings: Settings) -> None:
    """Have the application answer under each of the places."""
    app.extensions[uploads.EXTENSION] = settings
    for name, prefix in PLACES.items():
        app.register_blueprint(blueprint(), url_prefix=prefix, name=name)
    app.register_blueprint(links.blueprint)


def _unknown(anything: str = "") -> Response:
    """No route: another method may be one."""
    adapter = current_app.url_map.bind("")
    others = [method for method in _METHODS if method != request.method and _is_known(adapter, method)]
    if others:
        return answers.error(405, f"This cannot be asked by {request.method}; use {' or '.join(others)}.")
    return answers.error(404, f"There is nothing at {request.path[:200]} in this API.", "NotFoundException")


def _is_known(adapter: MapAdapter, method: str) -> bool:
    try:
        endpoint, _ = adapter.match(request.path, method=method)
    except HTTPException:
        return False
    return not str(endpoint).rpartition(".")[2].startswith("unknown")
