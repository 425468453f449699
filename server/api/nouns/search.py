"""Search in requests, user tasks and processes at once."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, NO_NUL
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.queries import search as queries

noun = Noun("search", "Search", Permission.SIGN_IN)


@shape(frozen=True, config=CLOSED)
class Sought:
    """What is looked for."""

    text: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]


@dataclass(frozen=True)
class Hits:
    """What was found, at most eight of each kind."""

    requests: tuple[queries.Hit, ...]
    user_tasks: tuple[queries.Hit, ...]
    processes: tuple[queries.Hit, ...]


@noun.get("")
def find(actor: Actor, wanted: Sought) -> Hits:
    """What the actor may see and whose name, key or title holds the text."""
    text = wanted.text
    return Hits(queries.requests(actor, text), queries.user_tasks(actor, text), queries.processes(actor, text))
