"""The actor's own tokens."""

from typing import Annotated

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.shapes import CLOSED, NO_NUL, Key
from server.commands import tokens as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission, Role
from server.keyset import Page
from server.queries import tokens as queries

noun = Noun("tokens", "Tokens", Permission.SIGN_IN)


@shape(frozen=True, config=CLOSED)
class OwnToken:
    """What a token is for; no roles: all that the actor has; no process keys: every process."""

    name: Annotated[str, Field(min_length=1, max_length=commands.LONGEST_NAME, pattern=NO_NUL)]
    expires_at: AwareDatetime
    roles: Annotated[list[Role], Field(max_length=10)] = Field(default_factory=list)
    process_keys: Annotated[list[Key], Field(max_length=50)] = Field(default_factory=list)


@noun.get("")
def find(actor: Actor) -> Page[queries.TokenRow]:
    """The actor's own tokens, the newest first."""
    return Page(queries.own(actor, clock.now()))


@noun.post("", success=201, is_secret=True)
def create(actor: Actor, body: OwnToken) -> commands.Created:
    """Make a token; its secret is in this answer only. Not by a token."""
    new = commands.NewToken(body.name, body.expires_at, body.roles, body.process_keys)
    return commands.create(actor, new)


@noun.delete("/{token_id}")
def revoke(actor: Actor, token_id: str) -> None:
    """It cannot be used any more: one's own, and for administrators anybody's."""
    commands.revoke(actor, token_id)
