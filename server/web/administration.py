"""Administration: where it begins for whom, and its parts."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.web.signed_in import acting

blueprint = Blueprint("administration", __name__)
PAGE = "/administration"  # the entry of the menu that all of these pages belong to
_PARTS = (
    ("people", "people.page", "People", Permission.ADMINISTER),
    ("groups", "groups.page", "Groups", Permission.ADMINISTER),
    ("substitutes", "substitutes.page", "Substitutes", Permission.ADMINISTER),
    ("tokens", "programs.page", "Tokens", Permission.ADMINISTER),
    ("connections", "connections.page", "Connections", Permission.KEEP_SECRETS),
    ("webhooks", "webhooks.page", "Webhooks", Permission.KEEP_WEBHOOKS),
    ("audit", "audit_log.page", "Audit log", Permission.SEE_AUDIT),
)


@blueprint.get(PAGE)
def page() -> Response:
    """The first part that one may see. Raises NotFound for those who may see none."""
    for _, endpoint, _, permission in _PARTS:
        if acting().may(permission):
            return redirect(url_for(endpoint))
    raise NotFound("There is nothing here by that address, or you may not see it.")


def tabs(actor: Actor, current: str) -> list[tuple[str, str, int | None, bool]]:
    """The parts that the actor may see, for `m.tabs`."""
    return [
        (url_for(endpoint), text, None, name == current)
        for name, endpoint, text, permission in _PARTS
        if actor.may(permission)
    ]
