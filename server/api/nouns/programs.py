"""Programs and everybody's tokens, for administrators."""

from typing import Annotated

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.shapes import CLOSED, NO_NUL, Key
from server.commands import people, tokens
from server.identity.actor import Actor
from server.identity.permissions import Permission, Role
from server.keyset import Page
from server.queries import tokens as queries

noun = Noun("programs", "Programs", Permission.ADMINISTER)
SignInName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Roles = Annotated[list[Role], Field(max_length=10)]


@shape(frozen=True, config=CLOSED)
class NewProgram:
    """An account that no person signs in with."""

    id: SignInName
    name: Key
    roles: Roles


@shape(frozen=True, config=CLOSED)
class ProgramToken:
    """What a token is for; no roles: all that the program has; no process keys: every process."""

    name: Annotated[str, Field(min_length=1, max_length=tokens.LONGEST_NAME, pattern=NO_NUL)]
    expires_at: AwareDatetime
    roles: Roles = Field(default_factory=list)
    process_keys: Annotated[list[Key], Field(max_length=50)] = Field(default_factory=list)


@noun.get("")
def find(actor: Actor) -> Page[queries.Program]:
    """Every program, by name."""
    return Page(queries.programs(actor))


@noun.post("")
def create(actor: Actor, body: NewProgram) -> None:
    """Create an account that acts by tokens only."""
    people.create_program(actor, body.id, body.name, body.roles)


@noun.get("/tokens")
def every_token(actor: Actor) -> Page[queries.TokenRow]:
    """Everybody's tokens, the newest first."""
    return Page(queries.listed(actor, clock.now()))


@noun.post("/{person_id}/tokens", success=201, is_secret=True, changes=False)
def create_token(actor: Actor, person_id: str, body: ProgramToken) -> tokens.Created:
    """Make a token for a program; its secret is in this answer only. Not by a token."""
    new = tokens.NewToken(body.name, body.expires_at, body.roles, body.process_keys)
    return tokens.create_for(actor, person_id, new)
