"""The actor's own filters of the inbox."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, NO_NUL, Created
from server.commands import filters as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import inbox

noun = Noun("filters", "Saved filters", Permission.WORK)


@shape(frozen=True, config=CLOSED)
class NewFilter:
    """A filter as a query string, under a name; the same name is overwritten."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
    query: Annotated[str, Field(max_length=2000, pattern=NO_NUL)]


@noun.get("")
def find(actor: Actor) -> Page[inbox.SavedFilterRow]:
    """The actor's own filters, by name."""
    return Page(inbox.saved_filters(actor))


@noun.post("", success=201, gives=Created)
def save(actor: Actor, body: NewFilter) -> str:
    """Keep a filter under a name."""
    return commands.save(actor, body.name, body.query)


@noun.delete("/{filter_id}")
def remove(actor: Actor, filter_id: str) -> None:
    """Forget one of one's filters."""
    commands.remove(actor, filter_id)
