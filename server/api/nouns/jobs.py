"""Jobs and timers: what runs by itself; bring it forward or put it off."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import AwareDatetime
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Part, Reason, Why
from server.commands import jobs as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import jobs as queries
from server.queries.jobs import JobKind, JobOrder, JobState

noun = Noun("jobs", "Jobs", Permission.SEE_OPERATIONS)


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which jobs, in which order."""

    kind: JobKind | None = None
    state: JobState | None = None
    order: JobOrder = JobOrder.DUE


@shape(frozen=True, config=CLOSED)
class Postponement:
    """When it is to be done, and why then."""

    due: AwareDatetime
    reason: Reason


@dataclass(frozen=True)
class JobCounts:
    """How many jobs stand how."""

    counts: Mapping[JobState, int]


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.JobRow]:
    """The jobs that are still to be done, or dead."""
    which = queries.JobFilter(wanted.kind, wanted.state, wanted.order)
    return queries.part(actor, which, clock.now(), wanted.slice)


@noun.get("/counts")
def counts(actor: Actor) -> JobCounts:
    """How many jobs stand how."""
    return JobCounts(queries.counts(actor, clock.now()))


@noun.get("/{job_id}")
def one(actor: Actor, job_id: str) -> queries.JobRow:
    """One job."""
    return queries.job(actor, job_id, clock.now())


@noun.post("/{job_id}/firing", Permission.MEND)
def fire_now(actor: Actor, job_id: str, body: Why) -> None:
    """Have it done now, also when its attempts are used up."""
    commands.fire_now(actor, job_id, body.reason)


@noun.post("/{job_id}/postponement", Permission.MEND)
def postpone(actor: Actor, job_id: str, body: Postponement) -> None:
    """Have it done at another time."""
    commands.postpone(actor, job_id, body.due, body.reason)
