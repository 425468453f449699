"""The door of webhooks: other systems call it, prove who they are with each call, and are told what came of it."""

from dataclasses import asdict
from typing import cast

from flask import Blueprint, Flask, Request, Response, current_app, json, request
from werkzeug.exceptions import RequestEntityTooLarge

from server import clock
from server.api import errors
from server.api.attempts import Attempts
from server.api.authentication import NotAuthenticated, TooManyAttempts
from server.api.errors import Misunderstood, rejection_status
from server.api.installation import settings
from server.commands import webhooks as commands
from server.commands.webhooks import Received, Taken
from server.errors import Conflict, Rejection, Repeated
from server.identity.actor import Actor, webhook_actor
from server.identity.sealing import seal_of
from server.identity.signing import fault_of_signature, fits_token
from server.queries import webhooks as queries
from server.queries.webhooks import Door
from server.settings import Settings

EXTENSION = "procession_hooks"
PREFIX = "/hooks"
FORM = "application/x-www-form-urlencoded"
LONGEST_KEY = 200
blueprint = Blueprint("hooks", __name__, url_prefix=PREFIX)
errors.install(blueprint)


def install(app: Flask, given: Settings) -> None:
    """Have the application count how often it is called."""
    app.extensions[EXTENSION] = Attempts(given.webhook_limit), Attempts(given.sign_in_limit)


@blueprint.post("/<address>")
def call(address: str) -> Response:
    """Take one call. 401 without proof, 404, 409, 413, 415, 422 and 429 as problems."""
    calls, failures = cast(tuple[Attempts, Attempts], current_app.extensions[EXTENSION])
    caller = f"address:{request.remote_addr}"
    if not calls.are_left(caller, address) or not failures.are_left(caller):
        raise TooManyAttempts("There were too many calls in a short time. Wait a minute, then go on.")
    calls.failed(caller, address)
    content = _content(request, settings().webhook_size)
    door = queries.door(address, seal_of(settings()))
    actor = webhook_actor(door.name, door.process_key)
    received = Received(request.remote_addr or "", _key(request, door), request.mimetype, content)
    fault = _fault(door, request, content)
    if fault is not None:
        failures.failed(caller)
        unproven = Received(received.address, received.key, received.media_type, b"")
        commands.refuse(actor, door.id, unproven, 401, fault)
        raise NotAuthenticated(fault)
    return _told(_taken(actor, door, received))


@blueprint.route("/<address>", methods=["GET", "PUT", "DELETE", "PATCH"])
def another_method(address: str) -> Response:
    """Webhooks are called by POST only."""
    response = errors.answer(405, "Webhooks are called by POST.")
    response.headers["Allow"] = "POST"
    return response


def _taken(actor: Actor, door: Door, received: Received) -> Taken:
    try:
        if received.media_type not in ("application/json", FORM) and not received.media_type.endswith("+json"):
            raise Misunderstood("Send JSON, with the header Content-Type: application/json.", 415)
        return commands.receive(actor, door.id, received)
    except Repeated as repeated:
        if received.key is None:
            raise Conflict(str(repeated)) from repeated
        return commands.repeat(actor, door.id, received.key)
    except Rejection as rejection:
        commands.refuse(actor, door.id, received, rejection_status(rejection), rejection.message)
        raise


def _content(asked: Request, most: int) -> bytes:
    """The body. Raises RequestEntityTooLarge without reading more than allowed."""
    asked.max_content_length = most
    content = asked.get_data(cache=True)
    if len(content) > most:
        raise RequestEntityTooLarge()
    return content


def _key(asked: Request, door: Door) -> str | None:
    key = asked.headers.get(door.key_header, "").strip()
    if len(key) > LONGEST_KEY:
        raise Misunderstood(f"The header {door.key_header} has at most {LONGEST_KEY} characters.")
    return key or None


def _fault(door: Door, asked: Request, content: bytes) -> str | None:
    """Why it is not proved who calls; None where it is."""
    if not door.secrets:
        return "This webhook has no secret yet: nobody can call it."
    if door.verification == "signature":
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        identity, timestamp, signature = (asked.headers.get(name, "") for name in names)
        return fault_of_signature(door.secrets, identity, timestamp, signature, content, clock.now().timestamp())
    given = asked.headers.get(door.token_header, "")
    if door.token_header == "authorization":  # noqa: S105  # the name of a header
        scheme, _, given = given.partition(" ")
        given = given if scheme.lower() == "bearer" else ""
    return (
        None
        if fits_token(door.secrets, given)
        else f"Send the token of this webhook in the header {door.token_header}."
    )


def _told(taken: Taken) -> Response:
    return Response(json.dumps(asdict(taken)), 200, content_type="application/json")
