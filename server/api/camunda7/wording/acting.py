"""Who asks, found once for each request."""

from flask import g, request

from server.api.authentication import actor_of
from server.identity.actor import Actor


def require() -> None:
    """Nobody gets further who has not said who they are. Raises NotAuthenticated and its like."""
    g.camunda7_actor = actor_of(request)


def acting() -> Actor:
    found: Actor = g.camunda7_actor
    return found
