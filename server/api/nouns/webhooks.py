"""Webhooks: addresses at which other systems report something to a process, and the calls that came."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.installation import settings
from server.api.shapes import CLOSED, NO_NUL, Key, Line, Part, Text
from server.commands import webhooks as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.keyset import Page
from server.queries import webhooks as queries
from server.queries.webhooks import CallState

noun = Noun("webhooks", "Webhooks", Permission.KEEP_WEBHOOKS)
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Header = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9-]+$")]
Secret = Annotated[str, Field(max_length=500, pattern=NO_NUL, description="Empty: one is made.")]
Formula = Annotated[str, Field(max_length=2000, pattern=NO_NUL, description="FEEL over the payload.")]
Way = Annotated[str, Field(pattern="^(signature|token)$")]


@shape(frozen=True, config=CLOSED)
class Settled:
    """How a webhook works; without variables the payload is given as it is."""

    name: Name
    verification: Way = "signature"
    token_header: Header = "authorization"  # noqa: S105  # the name of a header
    payload_schema: Text | None = None
    business_key: Formula | None = None
    correlation_key: Formula | None = None
    variables: Annotated[dict[str, Formula], Field(max_length=200)] = Field(default_factory=dict)
    key_header: Header = "webhook-id"

    @property
    def wanted(self) -> commands.Wanted:
        return commands.Wanted(
            self.name,
            self.verification,
            self.token_header,
            self.payload_schema,
            self.business_key,
            self.correlation_key,
            self.variables,
            self.key_header,
        )


@shape(frozen=True, config=CLOSED, kw_only=True)
class NewWebhook(Settled):
    """Where it is opened, and how it works."""

    process_key: Key
    element_key: Key
    secret: Secret = ""


@shape(frozen=True, config=CLOSED)
class NewSecret:
    """The secret it is to have from now on."""

    secret: Secret = ""


@shape(frozen=True, config=CLOSED, kw_only=True)
class WantedCalls(Part):
    """Which calls."""

    state: CallState | None = None


@shape(frozen=True, config=CLOSED)
class WantedPlaces:
    """Of which process."""

    process_key: Line


@noun.get("")
def find(actor: Actor) -> Page[queries.WebhookView]:
    """Every webhook."""
    return Page(queries.listed(actor))


@noun.post("", success=201, is_secret=True)
def open_one(actor: Actor, body: NewWebhook) -> commands.Opened:
    """Open one on an element of a process; its secret is in this answer only."""
    return commands.open_webhook(
        actor, seal_of(settings()), body.process_key, body.element_key, body.wanted, body.secret
    )


@noun.get("/places")
def places(actor: Actor, wanted: WantedPlaces) -> Page[queries.PlaceRow]:
    """Where one may be opened in a process: its start events, and where it catches a message."""
    return Page(queries.places(actor, wanted.process_key))


@noun.get("/calls/{call_id}")
def call(actor: Actor, call_id: str) -> queries.CallRow:
    """One call that came; what is in it is for administrators and for those who see instances."""
    return queries.call(actor, call_id)


@noun.post("/calls/{call_id}/replay", Permission.KEEP_SECRETS)
def replay(actor: Actor, call_id: str) -> commands.Taken:
    """Do once more what a call reported, as the webhook works now."""
    return commands.replay(actor, call_id)


@noun.get("/{webhook_id}", tells_revision=True)
def one(actor: Actor, webhook_id: str) -> queries.WebhookView:
    """One webhook; its revision is the ETag that changes take as If-Match."""
    return queries.webhook(actor, webhook_id)


@noun.put("/{webhook_id}")
def change(actor: Actor, webhook_id: str, body: Settled) -> None:
    """Have it work otherwise; with another way of proving it needs another secret."""
    commands.change(actor, webhook_id, body.wanted)


@noun.delete("/{webhook_id}")
def close(actor: Actor, webhook_id: str) -> None:
    """Close it for good, with the log of its calls."""
    commands.close(actor, webhook_id)


@noun.post("/{webhook_id}/secret", success=201, is_secret=True)
def rotate(actor: Actor, webhook_id: str, body: NewSecret) -> commands.Opened:
    """Give it another secret, which is in this answer only; the one before is good for a day more."""
    return commands.rotate(actor, seal_of(settings()), webhook_id, body.secret)


@noun.post("/{webhook_id}/pause")
def pause(actor: Actor, webhook_id: str) -> None:
    """Take no calls for a while."""
    commands.pause(actor, webhook_id)


@noun.post("/{webhook_id}/resumption")
def resume(actor: Actor, webhook_id: str) -> None:
    """Take calls again."""
    commands.resume(actor, webhook_id)


@noun.get("/{webhook_id}/calls")
def calls(actor: Actor, webhook_id: str, wanted: WantedCalls) -> Page[queries.CallRow]:
    """The calls that came to it, the newest first."""
    return queries.part(actor, webhook_id, wanted.state, wanted.slice)
