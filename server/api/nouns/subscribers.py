"""Subscribers: systems outside that are told facts as they happen, and what each of them was told."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.installation import settings
from server.api.shapes import CLOSED, NO_NUL, Counted, Created, Key, Line, Part
from server.commands import subscribers as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.keyset import Page
from server.queries import subscribers as queries
from server.queries.subscribers import DeliveryState

noun = Noun("subscribers", "Subscribers", Permission.KEEP_SECRETS)
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Secret = Annotated[str, Field(max_length=500, pattern=NO_NUL, description="whsec_ and base64; empty: one is made.")]


@shape(frozen=True, config=CLOSED)
class Settled:
    """Who is told, and of what; no kinds: every fact; no process keys: every process."""

    name: Name
    url: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]
    kinds: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    process_keys: Annotated[list[Key], Field(max_length=50)] = Field(default_factory=list)

    @property
    def wanted(self) -> commands.Wanted:
        return commands.Wanted(self.name, self.url, self.kinds, self.process_keys)


@shape(frozen=True, config=CLOSED, kw_only=True)
class NewSubscriber(Settled):
    """The same, and the secret that signs."""

    secret: Secret = ""


@shape(frozen=True, config=CLOSED)
class NewSecret:
    """The secret that signs from now on."""

    secret: Secret = ""


@shape(frozen=True, config=CLOSED, kw_only=True)
class WantedDeliveries(Part):
    """Which deliveries."""

    state: DeliveryState | None = None


@noun.get("")
def find(actor: Actor) -> Page[queries.SubscriberView]:
    """Every subscriber."""
    return Page(queries.listed(actor))


@noun.post("", success=201, is_secret=True)
def add(actor: Actor, body: NewSubscriber) -> commands.Kept:
    """Have somebody told from now on; the secret that signs is in this answer only."""
    return commands.add(actor, seal_of(settings()), body.wanted, body.secret)


@noun.get("/kinds")
def kinds(actor: Actor) -> Page[str]:
    """The facts that one may be told of."""
    return Page(queries.kinds())


@noun.get("/deliveries/{delivery_id}")
def delivery(actor: Actor, delivery_id: str) -> queries.DeliveryRow:
    """One delivery, with the event as it is sent."""
    return queries.delivery(actor, delivery_id)


@noun.post("/deliveries/{delivery_id}/resending")
def resend(actor: Actor, delivery_id: str) -> None:
    """Send it once more, whatever came of it."""
    commands.resend(actor, delivery_id)


@noun.get("/{subscriber_id}", tells_revision=True)
def one(actor: Actor, subscriber_id: str) -> queries.SubscriberView:
    """One subscriber; its revision is the ETag that changes take as If-Match."""
    return queries.subscriber(actor, subscriber_id)


@noun.put("/{subscriber_id}")
def change(actor: Actor, subscriber_id: str, body: Settled) -> None:
    """Tell it something else, or elsewhere, from now on."""
    commands.change(actor, subscriber_id, body.wanted)


@noun.delete("/{subscriber_id}")
def remove(actor: Actor, subscriber_id: str) -> None:
    """Tell it nothing any more, and forget what it was told."""
    commands.remove(actor, subscriber_id)


@noun.post("/{subscriber_id}/secret", success=201, is_secret=True)
def rotate(actor: Actor, subscriber_id: str, body: NewSecret) -> commands.Kept:
    """Sign with another secret, which is in this answer only; for a day the one before signs as well."""
    return commands.rotate(actor, seal_of(settings()), subscriber_id, body.secret)


@noun.post("/{subscriber_id}/pause")
def pause(actor: Actor, subscriber_id: str) -> None:
    """Send nothing for a while; what happens meanwhile is kept."""
    commands.pause(actor, subscriber_id)


@noun.post("/{subscriber_id}/resumption")
def resume(actor: Actor, subscriber_id: str) -> None:
    """Send again, first what has waited."""
    commands.resume(actor, subscriber_id)


@noun.post("/{subscriber_id}/trial", success=201, gives=Created)
def try_out(actor: Actor, subscriber_id: str) -> str:
    """Send an event that tells nothing but that events arrive."""
    return commands.try_out(actor, subscriber_id)


@noun.post("/{subscriber_id}/resending", gives=Counted)
def resend_dead(actor: Actor, subscriber_id: str) -> int:
    """Send all that is dead once more."""
    return commands.resend_dead(actor, subscriber_id)


@noun.get("/{subscriber_id}/deliveries")
def deliveries(actor: Actor, subscriber_id: str, wanted: WantedDeliveries) -> Page[queries.DeliveryRow]:
    """What it was told, the newest first."""
    return queries.part(actor, subscriber_id, wanted.state, wanted.slice)
