"""Incidents: what cannot go on until somebody mends it, one by one and by cause."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Counted, Part, Reason, Why
from server.commands import incidents as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import operations as queries

noun = Noun("incidents", "Incidents", Permission.SEE_OPERATIONS)
CauseText = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\\x00]+$")]


@shape(frozen=True, config=CLOSED)
class OfCause:
    """Which cause is tried again, and why."""

    cause: CauseText
    reason: Reason


@shape(frozen=True, config=CLOSED)
class PageNumber:
    """Which page, counted from 1."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


@noun.get("")
def find(actor: Actor, wanted: Part) -> Page[queries.IncidentRow]:
    """The open incidents, the oldest first."""
    return queries.part(actor, wanted.slice)


@noun.get("/causes")
def causes(actor: Actor, wanted: PageNumber) -> queries.Causes:
    """The open incidents by what caused them."""
    return queries.causes(actor, wanted.page)


@noun.post("/causes/retry", Permission.MEND, gives=Counted)
def retry_cause(actor: Actor, body: OfCause) -> int:
    """Try again what failed for one cause, each by a job of its own."""
    return commands.retry_cause(actor, body.cause, body.reason)


@noun.get("/{incident_id}")
def one(actor: Actor, incident_id: str) -> queries.IncidentRow:
    """One open incident."""
    return queries.incident(actor, incident_id)


@noun.post("/{incident_id}/retry", Permission.MEND)
def retry(actor: Actor, incident_id: str, body: Why) -> None:
    """Try again now, from where it failed."""
    commands.retry(actor, incident_id, body.reason)
