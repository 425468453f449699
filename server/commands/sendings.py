"""Take notices out of the house: open a sending for the worker that sends it, settle it, send it again."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from server.database import db
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.job import Job
from server.records.notice import Enclosure, Notice, Sending
from server.runtime import sendings
from server.runtime.act import Act
from server.runtime.jobs import own_job
from server.runtime.scope import refuse_scoped
from server.runtime.transaction import command
from server.sentences import restored, say


@dataclass(frozen=True)
class Enclosed:
    """A notice as it leaves the house; `brief` is a sentence that can be said in the language of who gets it."""

    kind: str
    brief: str
    link: str
    told_at: datetime
    process_key: str


@dataclass(frozen=True)
class Opened:
    """What a worker has to send; `message_id` stays the same over all attempts."""

    message_id: str
    channel: str
    connection: str
    person_id: str
    email: str
    language: str  # a code such as de; "": as the installation has it
    lines: tuple[Enclosed, ...]


@command(Permission.RUN_JOBS, audited=False)
def open_sending(act: Act, job_id: str, attempt: int) -> Opened | None:
    """What the job sends; None where nobody is to get it any more, and the job is done. Raises Conflict when it was
    fenced off."""
    job = own_job(job_id, attempt)
    row = sendings.of_job(job)
    person = db.session.get(Person, row.person_id) if row is not None else None
    if row is None or row.state in ("sent", "dropped"):
        _done(job)
        return None
    lines = _lines(row.id)
    if person is None or not person.active or not lines or (row.channel == "mail" and not person.email):
        row.state = "dropped"
        row.error = say("Nobody is to get it: the person is not active, or has no address.")
        _done(job)
        return None
    message_id = f"{row.id}.{row.copies}" if row.copies else row.id
    return Opened(message_id, row.channel, row.connection, person.id, person.email or "", person.language, lines)


def _lines(sending_id: str) -> tuple[Enclosed, ...]:
    found = db.session.execute(
        select(Notice, ProcessDefinition.key)
        .join(Enclosure, Enclosure.notice_id == Notice.id)
        .outerjoin(ProcessDefinition, ProcessDefinition.id == Notice.definition_id)
        .where(Enclosure.sending_id == sending_id)
        .order_by(Notice.told_at, Notice.id)
    )
    return tuple(
        Enclosed(row.kind, restored(row.brief, row.brief_said), row.link, row.told_at, key or "") for row, key in found
    )


@command(Permission.RUN_JOBS, audited=False)
def settle(act: Act, job_id: str, attempt: int) -> None:
    """It has been sent. Raises Conflict when the job was fenced off."""
    job = own_job(job_id, attempt)
    row = sendings.of_job(job)
    if row is not None:
        row.state, row.sent_at, row.attempts, row.error = "sent", act.moment, job.attempts, None
    _done(job)


def _done(job: Job) -> None:
    db.session.execute(delete(Job).where(Job.id == job.id).execution_options(synchronize_session=False))


@command(Permission.MEND)
def resend(act: Act, sending_id: str, reason: str) -> None:
    """Send it once more, now. One that failed keeps its Message-Id: whoever has got it after all does not get another.

    Raises NotFound, Forbidden for a token of some processes, and Conflict while it waits.
    """
    refuse_scoped(act.actor)
    row = db.session.get(Sending, sending_id, with_for_update=True)
    if row is None:
        raise NotFound(say("There is no such sending."))
    if row.state == "waiting":
        raise Conflict(say("It has not been sent yet; its job sends it."))
    if row.state == "sent":
        row.copies += 1
    row.state, row.due_at, row.error = "waiting", act.moment, None
    payload = json.dumps({"sending": row.id}, separators=(",", ":"))
    db.session.execute(delete(Job).where(Job.kind == sendings.KIND, Job.state == "dead", Job.payload == payload))
    sendings.queue(row.id, act.moment, act.moment)
    act.on(row.id, reason=reason, details={"person": row.person_id, "channel": row.channel})
    act.ring()
