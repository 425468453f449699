"""Groups: create and rename them, and say who is in them."""

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Created, Key, Line
from server.commands import groups as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import administration as queries

noun = Noun("groups", "Groups", Permission.ADMINISTER)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """What the name or the key holds."""

    text: Line = ""


@shape(frozen=True, config=CLOSED)
class NewGroup:
    """A group; without an id, its key is made of its name."""

    name: Key
    id: Line = ""


@shape(frozen=True, config=CLOSED)
class GroupName:
    """What people read; models go on naming the key."""

    name: Key


@shape(frozen=True, config=CLOSED)
class Membership:
    """Whether they lead the group."""

    leads: bool = False


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.GroupRow]:
    """The groups with their members, by name."""
    return Page(queries.groups(actor, wanted.text))


@noun.post("", success=201, gives=Created)
def create(actor: Actor, body: NewGroup) -> str:
    """Create a group that models can name."""
    return commands.create(actor, body.id, body.name)


@noun.get("/{group_id}", tells_revision=True)
def one(actor: Actor, group_id: str) -> queries.GroupRow:
    """One group; its revision is the ETag that changes take as If-Match."""
    return queries.group(actor, group_id)


@noun.put("/{group_id}")
def rename(actor: Actor, group_id: str, body: GroupName) -> None:
    """Change what people read."""
    commands.rename(actor, group_id, body.name)


@noun.delete("/{group_id}")
def remove(actor: Actor, group_id: str) -> None:
    """Remove it; user tasks offered to it wait for a group of that key."""
    commands.remove(actor, group_id)


@noun.put("/{group_id}/members/{person_id}")
def add_member(actor: Actor, group_id: str, person_id: str, body: Membership) -> None:
    """Put somebody in, or change whether they lead it."""
    commands.add_member(actor, group_id, person_id, body.leads)


@noun.delete("/{group_id}/members/{person_id}")
def remove_member(actor: Actor, group_id: str, person_id: str) -> None:
    """Take somebody out."""
    commands.remove_member(actor, group_id, person_id)
