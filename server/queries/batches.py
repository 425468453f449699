"""Batches: what is being done to many, how far it has come, and what failed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor, name_of
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.batch import Batch, BatchItem
from server.records.identity import Person
from server.records.process_instance import ProcessInstance
from server.runtime.batches import BatchKind
from server.sentences import say

FAILURES = 200  # shown of a batch

__all__ = ["BatchKind"]


class BatchState(StrEnum):
    """How a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True)
class BatchLine:
    """One batch; `left`: what it was stopped before."""

    id: str
    kind: BatchKind
    state: BatchState
    about: str
    reason: str
    total: int
    done: int
    failed: int
    begun_at: datetime
    begun_by: str
    beginner: str
    ended_at: datetime | None

    @property
    def percent(self) -> int:
        return (self.done + self.failed) * 100 // self.total


@dataclass(frozen=True)
class FailedItem:
    """One that could not be done, and why."""

    instance_id: str
    business_key: str
    error: str
    ended_at: datetime | None


@dataclass(frozen=True)
class BatchView:
    """A batch with the first FAILURES of what failed."""

    line: BatchLine
    failures: tuple[FailedItem, ...]


def part(actor: Actor, which: Slice) -> Page[BatchLine]:
    """A part of the batches, the newest first. Raises Forbidden, Invalid."""
    order = (By(Batch.begun_at, descending=True), By(Batch.id))
    return read(db.session.execute, _rows(actor), order, which, _line)


def running(actor: Actor) -> int:
    """How many are not at their end. Raises Forbidden."""
    living = _rows(actor).where(Batch.state.in_(("running", "paused"))).subquery()
    return db.session.scalar(select(func.count()).select_from(living)) or 0


def batch(actor: Actor, batch_id: str) -> BatchView:
    """One batch. Raises NotFound, Forbidden."""
    row = db.session.execute(_rows(actor).where(Batch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound(say("There is no such batch."))
    found = db.session.execute(
        select(BatchItem, ProcessInstance.business_key)
        .outerjoin(ProcessInstance, ProcessInstance.id == BatchItem.instance_id)
        .where(BatchItem.batch_id == batch_id, BatchItem.state == "failed")
        .order_by(BatchItem.number)
        .limit(FAILURES)
    )
    failures = tuple(
        FailedItem(item.instance_id, business_key or item.instance_id, item.error or "", item.ended_at)
        for item, business_key in found
    )
    return BatchView(_line(row), failures)


def _rows(actor: Actor) -> Select[Batch, str | None]:
    """Those of everybody; a token of some processes sees its holder's alone."""
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))
    found = select(Batch, Person.name).outerjoin(Person, Person.id == Batch.begun_by)
    return found.where(Batch.begun_by == actor.id) if actor.process_keys else found


def _line(found: Any) -> BatchLine:
    row: Batch = found.Batch
    return BatchLine(
        id=row.id,
        kind=BatchKind(row.kind),
        state=BatchState(row.state),
        about=row.about,
        reason=row.reason,
        total=row.total,
        done=row.done,
        failed=row.failed,
        begun_at=row.begun_at,
        begun_by=row.begun_by,
        beginner=found.name or name_of(row.begun_by),
        ended_at=row.ended_at,
    )
