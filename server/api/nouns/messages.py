"""Messages, signals and conditions from outside; messages that wait for somebody."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.sent_values import variables
from server.api.shapes import CLOSED, WHOLE, Key, Line, Part, Reason, Values, Why
from server.commands import messages as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import messages as queries

noun = Noun("messages", "Messages", Permission.SEE_OPERATIONS)


@shape(frozen=True, config=CLOSED)
class Message:
    """A message and what is in it; `time_to_live` in seconds, null: as the settings say, 0: it does not wait. The same
    name and key `once` again within a week change nothing."""

    name: Key
    payload: Values = Field(default_factory=dict)
    correlation_key: Key | None = None
    once: Key | None = None
    time_to_live: Annotated[int, Field(ge=0, le=366 * 24 * 3600), WHOLE] | None = None


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """What the name holds."""

    name: Line = ""


@shape(frozen=True, config=CLOSED, kw_only=True)
class Waiting(Part):
    """What the business key, the title, the key it waits for or the element holds."""

    text: Line = ""


@shape(frozen=True, config=CLOSED)
class Match:
    """Which instance is to have it, and why."""

    instance_id: Key
    reason: Reason


@dataclass(frozen=True)
class Received:
    """The instance that it reached or started; null: it waits itself."""

    instance_id: str | None


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.MessageRow]:
    """The messages that nobody waits for yet, the newest first."""
    return queries.part(actor, clock.now(), wanted.name, wanted.slice)


@noun.post("", Permission.SEND_MESSAGES, gives=Received)
def send(actor: Actor, body: Message) -> str | None:
    """Bring a message to its one receiver, or have it wait; one with a file in it does not wait."""
    given = variables(actor, body.payload, "payload")
    how = (body.correlation_key, body.time_to_live, body.once, given.file_ids)
    return commands.send(actor, body.name, given.values, *how)


@noun.get("/{message_id}")
def one(actor: Actor, message_id: str) -> queries.MessageRow:
    """One message that waits."""
    return queries.message(actor, message_id, clock.now())


@noun.get("/{message_id}/listeners")
def listeners(actor: Actor, message_id: str, wanted: Waiting) -> Page[queries.Listener]:
    """The instances that wait for a message of its name; those with its key first."""
    found = queries.message(actor, message_id, clock.now())
    return queries.part_of_listeners(actor, found.name, found.correlation_key, wanted.text, wanted.slice)


@noun.post("/{message_id}/match", Permission.MEND)
def match(actor: Actor, message_id: str, body: Match) -> None:
    """Bring it to an instance that waits for one of its name, whatever its key."""
    commands.match(actor, message_id, body.instance_id, body.reason)


@noun.post("/{message_id}/discarding", Permission.MEND)
def discard(actor: Actor, message_id: str, body: Why) -> None:
    """Throw it away."""
    commands.discard(actor, message_id, body.reason)
