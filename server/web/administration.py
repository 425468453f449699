"""Administration: where it begins for whom, and its parts."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.sentences import say
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("administration", __name__)
PAGE = "/administration"  # the entry of the menu that all of these pages belong to
_PARTS = (
    ("people", "people.page", say("People"), Permission.ADMINISTER),
    ("groups", "groups.page", say("Groups"), Permission.ADMINISTER),
    ("substitutes", "substitutes.page", say("Substitutes"), Permission.ADMINISTER),
    ("tokens", "programs.page", say("Tokens"), Permission.ADMINISTER),
    ("connections", "connections.page", say("Connections"), Permission.KEEP_SECRETS),
    ("audit", "audit_log.page", say("Audit log"), Permission.SEE_AUDIT),
    ("calendars", "calendars.page", say("Calendars"), Permission.ADMINISTER),
    ("notices", "notice_policies.page", say("Notices"), Permission.SETTLE_NOTICES),
    ("webhooks", "webhooks.page", say("Webhooks"), Permission.KEEP_WEBHOOKS),
)


@blueprint.get(PAGE)
def page() -> Response:
    """The first part that one may see. Raises NotFound for those who may see none."""
    for _name, endpoint, _text, permission in _PARTS:
        if acting().may(permission):
            return redirect(url_for(endpoint))
    raise NotFound(_("There is nothing here by that address, or you may not see it."))


def tabs(actor: Actor, current: str) -> list[tuple[str, str, int | None, bool]]:
    """The parts that the actor may see, for `m.tabs`."""
    return [
        (url_for(endpoint), told(text), None, name == current)
        for name, endpoint, text, permission in _PARTS
        if actor.may(permission)
    ]
