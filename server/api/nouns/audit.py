"""The audit log: every command, and whether nobody has changed what it says."""

from pydantic import AwareDatetime
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Line, Part
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import audit as queries
from server.queries import audit_chain

noun = Noun("audit", "Audit log", Permission.SEE_AUDIT)


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which entries: by whom, of which command, about which instance (id or business key), from when until when."""

    person_id: Line = ""
    command: Line = ""
    instance: Line = ""
    since: AwareDatetime | None = None
    before: AwareDatetime | None = None


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.AuditRow]:
    """The commands, the newest first."""
    which = queries.AuditFilter(wanted.person_id, wanted.command, wanted.instance, wanted.since, wanted.before)
    return queries.part(actor, which, wanted.slice)


@noun.get("/head")
def head(actor: Actor) -> audit_chain.Head:
    """The last entry's number and hash: kept elsewhere, they prove that the log was not rewritten."""
    return audit_chain.head(actor)


@noun.get("/verification")
def verify(actor: Actor) -> audit_chain.Verdict:
    """Whether every entry is as it was written."""
    return audit_chain.verify(actor)
