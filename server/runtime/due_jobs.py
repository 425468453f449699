"""Which jobs are taken up next: of those that are due the most urgent first, then the oldest.

An exclusive one waits while another exclusive one of its instance is being worked on.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from server.database import rows, table, try_lock
from server.records.job import IS_READY, Job
from server.records.process_instance import ProcessInstance
from server.runtime.jobs import goes_on

_JOB = table(Job).c
_OTHER = aliased(table(Job)).c
_LOCK = "exclusive jobs of "
But = Callable[[ColumnElement[str]], ColumnElement[bool]]
"""The condition on the id of a job by which it is left out."""


def is_blocked(moment: Any) -> ColumnElement[bool]:
    """The condition on `Job`: it is exclusive, and another such job of its instance is being worked on."""
    other = and_(
        _OTHER.instance_id == _JOB.instance_id,
        _OTHER.exclusive,
        _OTHER.id != _JOB.id,
        _OTHER.state == "ready",
        _OTHER.lease_until > moment,
    )
    return and_(_JOB.exclusive, exists().where(other))


def _ranks() -> Any:
    """The priorities that jobs have, the highest first: each is found by one look into the index."""
    highest = select(func.max(_JOB.priority).label("priority")).where(IS_READY).cte("ranks", recursive=True)
    below = select(func.max(_JOB.priority)).where(IS_READY, _JOB.priority < highest.c.priority).scalar_subquery()
    ranks = highest.union_all(select(below).where(highest.c.priority.is_not(None)))
    return select(ranks.c.priority).where(ranks.c.priority.is_not(None))


_RANKS = _ranks()
_FREE = (
    select(
        _JOB.id,
        _JOB.kind,
        _JOB.priority,
        _JOB.instance_id,
        _JOB.definition_id,
        _JOB.activity,
        _JOB.number,
        _JOB.element_key,
        _JOB.payload,
        _JOB.attempts,
        _JOB.attempts_allowed,
        _JOB.retry_cycle,
        _JOB.exclusive,
    )
    .outerjoin(table(ProcessInstance), ProcessInstance.id == _JOB.instance_id)
    .where(
        IS_READY,
        _JOB.due_at <= bindparam("moment"),
        or_(_JOB.lease_until.is_(None), _JOB.lease_until <= bindparam("moment")),
        goes_on(),
        not_(is_blocked(bindparam("moment"))),
    )
)


def _next(free: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The oldest of one priority, without those that somebody is at just now."""
    found = free.where(_JOB.priority == bindparam("priority")).order_by(_JOB.due_at).limit(bindparam("most"))
    return found.with_for_update(skip_locked=True, of=table(Job))


_DUE = _next(_FREE)
_ONE = _FREE.where(_JOB.id == bindparam("job")).with_for_update(of=table(Job))
_STILL_BLOCKED = select(is_blocked(bindparam("moment"))).where(_JOB.id == bindparam("job"))


@cache
def _due_but(but: But) -> Select[*tuple[Any, ...]]:
    return _next(_FREE.where(not_(but(_JOB.id))))


def one(moment: datetime, job_id: str) -> list[Row[*tuple[Any, ...]]]:
    """This job, if it may be taken up at *moment*. Waits for its row: whoever told of it may just be committing."""
    return list(_alone(list(rows(_ONE, {"moment": moment, "job": job_id}).all()), moment))


def due(moment: datetime, most: int, but: But | None = None) -> list[Row[*tuple[Any, ...]]]:
    """At most so many jobs that may be taken up at *moment*, *but* those of whose ids that is true; their rows stay
    locked until the transaction ends."""
    statement = _DUE if but is None else _due_but(but)
    found: list[Row[*tuple[Any, ...]]] = []
    for row in rows(_RANKS).all():
        wanted = {"moment": moment, "priority": row.priority, "most": most - len(found)}
        found += rows(statement, wanted).all()
        if len(found) >= most:
            break
    return list(_alone(found, moment))


def _alone(found: list[Row[*tuple[Any, ...]]], moment: datetime) -> Iterator[Row[*tuple[Any, ...]]]:
    """Without the exclusive ones whose instance has one among those in front, or with another worker at this moment."""
    taken: set[str] = set()
    for row in found:
        if row.exclusive and row.instance_id is not None:
            if row.instance_id in taken or not try_lock(_LOCK + row.instance_id):
                continue
            # Whoever had the lock has committed by now: what it took up is seen only by a statement of its own.
            if rows(_STILL_BLOCKED, {"moment": moment, "job": row.id}).scalar_one():
                continue
            taken.add(row.instance_id)
        yield row
