"""Notices sent: the log of mails and webhooks that took notices to people."""

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Line, Part, Why
from server.commands import sendings as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import sendings as queries

noun = Noun("sendings", "Notices sent", Permission.SEE_OPERATIONS)


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which sendings; what is left out is not asked for."""

    state: queries.SendingState | None = None
    channel: queries.Outlet | None = None
    person_id: Line = ""


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.SendingLine]:
    """What was sent or is to be, the newest first."""
    return queries.part(actor, queries.SendingFilter(wanted.state, wanted.channel, wanted.person_id), wanted.slice)


@noun.get("/{sending_id}")
def one(actor: Actor, sending_id: str) -> queries.SendingView:
    """One sending with the notices in it."""
    return queries.sending(actor, sending_id)


@noun.post("/{sending_id}/resending", Permission.MEND)
def resend(actor: Actor, sending_id: str, body: Why) -> None:
    """Send it once more, now."""
    commands.resend(actor, sending_id, body.reason)
