"""Operations: the figures of what is stuck, and what is suspended."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import operations as queries
from server.queries import suspensions

noun = Noun("operations", "Operations", Permission.SEE_OPERATIONS)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """Pages are counted from 1."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


@noun.get("")
def figures(actor: Actor) -> queries.Strip:
    """How much is stuck, due, running and suspended."""
    return queries.strip(actor)


@noun.get("/suspended-instances")
def suspended(actor: Actor, wanted: Wanted) -> suspensions.Suspended:
    """The suspended process instances, with who suspended them and why."""
    return suspensions.suspended(actor, wanted.page)


@noun.get("/suspended-definitions")
def suspended_versions(actor: Actor) -> Page[suspensions.SuspendedVersion]:
    """The suspended versions of processes."""
    return Page(suspensions.suspended_versions(actor))
