"""Forget what nobody needs any more: what has run out, and finished instances whose time to be kept is over."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Delete, Table, delete, insert, select

from server.database import Record, change, db, try_lock
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.identity import Session
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.received_message import ReceivedMessage
from server.records.user_task import Candidate, Draft, UserTask
from server.records.waiting_message import WaitingMessage
from server.runtime import receipts
from server.runtime.act import Act
from server.runtime.jobs import new_job
from server.runtime.transaction import command
from server.sentences import say

KIND = "clean_up"
DRAFTS_KEPT = timedelta(days=90)
_KEPT = ("audit_entry", "received_message")  # tables that go on telling of an instance that has been removed


@command(Permission.RUN_JOBS, audited=False)
def schedule(act: Act) -> None:
    """See that there is a job for it; there is never more than one."""
    ready = select(Job.id).where(Job.kind == KIND, Job.state == "ready").limit(1)
    if try_lock(KIND) and db.session.scalar(ready) is None:
        db.session.execute(insert(Job), [new_job(KIND, act.moment, act.moment, {})])
        act.ring()


@command(Permission.RUN_JOBS, audited=False)
def sweep(act: Act, session_length: int) -> None:
    """Forget sessions that are over (after so many seconds), drafts that nobody has touched for ninety days, messages
    whose time to live is over, and the keys of messages that came a week ago."""
    ended = act.moment - timedelta(seconds=session_length)
    for old in (
        delete(Session).where(Session.created_at < ended),
        delete(Draft).where(Draft.saved_at < act.moment - DRAFTS_KEPT),
        delete(WaitingMessage).where(WaitingMessage.expires_at <= act.moment),
        delete(ReceivedMessage).where(ReceivedMessage.at <= act.moment - receipts.KEPT),
    ):
        change(old, {})


@command(Permission.RUN_JOBS)
def forget_instance(act: Act, instance_id: str) -> None:
    """Remove a finished instance with all that it called: everything but what the audit log says of it.

    Raises NotFound, and Conflict while any of them runs.
    """
    row = db.session.get(ProcessInstance, instance_id)
    if row is None:
        raise NotFound(say("There is no such process instance."))
    family = _family(instance_id)
    living = select(ProcessInstance.id).where(ProcessInstance.id.in_(family), ProcessInstance.ended_at.is_(None))
    if db.session.scalar(living.limit(1)) is not None:
        raise Conflict(say("The process instance has not ended yet, or something that it called has not."))
    ended = row.ended_at.isoformat() if row.ended_at is not None else None
    told = {"business_key": row.business_key, "definition": row.definition_id, "ended": ended, "instances": len(family)}
    act.on(instance_id, instance_id, "Its time to be kept is over", told)
    db.session.expunge(row)
    _remove(family)


def _family(instance_id: str) -> list[str]:
    found, newest = [instance_id], [instance_id]
    while newest:
        called = select(ProcessInstance.id).where(ProcessInstance.caller_id.in_(newest))
        newest = list(db.session.scalars(called))
        found += newest
    return found


def _remove(family: Sequence[str]) -> None:
    user_tasks = list(db.session.scalars(select(UserTask.id).where(UserTask.instance_id.in_(family))))
    if user_tasks:
        change(delete(Candidate).where(Candidate.user_task_id.in_(user_tasks)), {})
        change(delete(Draft).where(Draft.subject.in_([f"user_task:{one}" for one in user_tasks])), {})
    for owned in reversed(Record.metadata.sorted_tables):
        if "instance_id" in owned.c and owned.name not in _KEPT:
            change(_of(owned, family), {})
    change(delete(ProcessInstance).where(ProcessInstance.id.in_(family)), {})


def _of(owned: Table, family: Sequence[str]) -> Delete:
    return delete(owned).where(owned.c.instance_id.in_(family))
