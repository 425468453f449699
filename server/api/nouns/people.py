"""People: find, create and change them, let them in and keep them out."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, NO_NUL, Key, Line, Part, Why
from server.commands import people as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission, Role
from server.keyset import Page
from server.queries import administration as queries
from server.queries.administration import PersonState

noun = Noun("people", "People", Permission.ADMINISTER)
Password = Annotated[str, Field(min_length=10, max_length=200, pattern=NO_NUL)]
SignInName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Roles = Annotated[list[Role], Field(max_length=10)]


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Who is looked for."""

    text: Line = ""
    role: Role | None = None
    state: PersonState | None = None


@shape(frozen=True, config=CLOSED)
class NewPerson:
    """Somebody who is to sign in."""

    id: SignInName
    name: Key
    password: Password
    roles: Roles
    email: Line | None = None
    zone: Line = "UTC"


@shape(frozen=True, config=CLOSED)
class ChangedPerson:
    """Everything but the sign-in name and the password."""

    name: Key
    roles: Roles
    email: Line | None = None
    zone: Line = "UTC"


@shape(frozen=True, config=CLOSED)
class NewPassword:
    """A password of at least 10 characters."""

    password: Password


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.PersonRow]:
    """People and programs, by name."""
    return queries.part(actor, queries.PeopleFilter(wanted.text, wanted.role, wanted.state), wanted.slice)


@noun.post("")
def create(actor: Actor, body: NewPerson) -> None:
    """Create somebody who can sign in."""
    commands.create(actor, body.id, body.name, body.password, body.roles, body.email, body.zone)


@noun.get("/{person_id}", tells_revision=True)
def one(actor: Actor, person_id: str) -> queries.PersonRow:
    """One person or program; its revision is the ETag that changes take as If-Match."""
    return queries.person(actor, person_id)


@noun.put("/{person_id}")
def change(actor: Actor, person_id: str, body: ChangedPerson) -> None:
    """Change everything but the sign-in name and the password."""
    commands.change(actor, person_id, body.name, body.roles, body.email, body.zone)


@noun.put("/{person_id}/password")
def set_password(actor: Actor, person_id: str, body: NewPassword) -> None:
    """Give somebody a new password and sign them out everywhere."""
    commands.set_password(actor, person_id, body.password)


@noun.post("/{person_id}/deactivation")
def deactivate(actor: Actor, person_id: str, body: Why) -> None:
    """They cannot sign in any more, and their tokens are good for nothing; what they did stays."""
    commands.deactivate(actor, person_id, body.reason)


@noun.post("/{person_id}/activation")
def activate(actor: Actor, person_id: str, body: Why) -> None:
    """They can sign in again."""
    commands.activate(actor, person_id, body.reason)
