"""The actor's own requests, in plain words: what each waits for, and whom."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.queries import requests as queries
from server.queries.requests import Show

noun = Noun("requests", "My requests", Permission.START)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """Which of them; pages are counted from 1."""

    show: Show = Show.OPEN
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> queries.Requests:
    """What the actor asked for, and who has it now."""
    return queries.requests_of(actor, wanted.show, wanted.page)
