"""Incidents: what cannot go on until somebody mends it, one by one and by cause."""

from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.sent_values import plain_variables
from server.api.shapes import CLOSED, Counted, Key, Line, Part, Reason, Why
from server.commands import batches
from server.commands import incidents as commands
from server.commands.batches import Group
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import operations as queries

noun = Noun("incidents", "Incidents", Permission.SEE_OPERATIONS)
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
NoteText = Annotated[str, Field(max_length=commands.LONGEST_NOTE, pattern=r"^[^\x00]*$")]
CauseText = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]+$")]


@shape(frozen=True, config=CLOSED)
class OfCause:
    """A cause, at one element of one process or (empty) wherever it struck."""

    cause: CauseText
    process_key: Line = ""
    element_key: Line = ""

    @property
    def group(self) -> Group:
        return Group(self.cause, self.process_key, self.element_key)


@shape(frozen=True, config=CLOSED)
class Skipping(OfCause):
    """The same, and why."""

    reason: Reason = Field(default=..., kw_only=True)


@shape(frozen=True, config=CLOSED)
class Retrying(Skipping):
    """The same, and the variables that are changed before."""

    variables: dict[Name, Any] = Field(default_factory=dict, kw_only=True)


@shape(frozen=True, config=CLOSED)
class Retry:
    """Why it is tried again, and the variables that are changed before."""

    reason: Reason
    variables: dict[Name, Any] = Field(default_factory=dict)


@shape(frozen=True, config=CLOSED)
class Owner:
    """The sign-in name of who has it to mend; null: nobody."""

    person_id: Key | None


@shape(frozen=True, config=CLOSED)
class Note:
    """What operators tell each other about it; empty: nothing."""

    note: NoteText


@shape(frozen=True, config=CLOSED)
class OwnerOfCause(OfCause):
    """Who has all of a cause to mend; null: nobody."""

    person_id: Key | None = Field(default=..., kw_only=True)


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


@noun.get("/menders")
def menders(actor: Actor) -> Page[queries.Mender]:
    """Who may have an incident to mend."""
    return Page(queries.menders(actor))


@noun.post("/causes/retry", Permission.MEND, success=201)
def retry_cause(actor: Actor, body: Retrying) -> batches.Begun:
    """Begin a batch that tries again what failed for one cause."""
    return batches.retry(actor, body.group, body.reason, plain_variables(body.variables))


@noun.post("/causes/skip", Permission.MOVE_TOKENS, success=201)
def skip_cause(actor: Actor, body: Skipping) -> batches.Begun:
    """Begin a batch that leaves undone what failed for one cause, and goes on behind it."""
    return batches.skip(actor, body.group, body.reason)


@noun.post("/causes/owner", Permission.MEND, gives=Counted)
def give_cause(actor: Actor, body: OwnerOfCause) -> int:
    """Say who has all incidents of one cause to mend."""
    return commands.give_cause(actor, body.group, body.person_id)


@noun.get("/{incident_id}")
def one(actor: Actor, incident_id: str) -> queries.IncidentRow:
    """One open incident."""
    return queries.incident(actor, incident_id)


@noun.post("/{incident_id}/retry", Permission.MEND)
def retry(actor: Actor, incident_id: str, body: Retry) -> None:
    """Try again now, from where it failed, after changing variables."""
    commands.retry(actor, incident_id, body.reason, plain_variables(body.variables))


@noun.post("/{incident_id}/skip", Permission.MOVE_TOKENS)
def skip(actor: Actor, incident_id: str, body: Why) -> None:
    """Leave undone what failed, and go on behind it."""
    commands.skip(actor, incident_id, body.reason)


@noun.put("/{incident_id}/owner", Permission.MEND)
def give(actor: Actor, incident_id: str, body: Owner) -> None:
    """Say who has it to mend; they are told."""
    commands.give(actor, incident_id, body.person_id)


@noun.put("/{incident_id}/note", Permission.MEND)
def write_note(actor: Actor, incident_id: str, body: Note) -> None:
    """Write a note at it, in place of any that is there; an empty one is none."""
    commands.write_note(actor, incident_id, body.note)
