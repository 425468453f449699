"""Substitutes: who does whose work while they are away."""

from pydantic import AwareDatetime
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Created, Key
from server.commands import substitutes as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import administration as queries

noun = Noun("substitutes", "Substitutes", Permission.ADMINISTER)


@shape(frozen=True, config=CLOSED)
class NewSubstitute:
    """Who does whose work, from when until when (null: until further notice)."""

    person_id: Key
    substitute_id: Key
    from_at: AwareDatetime
    until_at: AwareDatetime | None = None


@noun.get("")
def find(actor: Actor) -> Page[queries.SubstituteRow]:
    """Every substitute: those of now first, then what comes, then what is over."""
    return Page(queries.substitutes(actor))


@noun.post("", success=201, gives=Created)
def add(actor: Actor, body: NewSubstitute) -> str:
    """Name a substitute."""
    return commands.add(actor, body.person_id, body.substitute_id, body.from_at, body.until_at)


@noun.delete("/{substitute_id}")
def remove(actor: Actor, substitute_id: str) -> None:
    """They do their own work again."""
    commands.remove(actor, substitute_id)
