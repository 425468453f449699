"""Requests that are made again: the first answer is kept in the transaction of what was asked, for a day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Delete, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.database import Moment, change, db, table
from server.errors import Repeated
from server.records.first_answer import FirstAnswer
from server.records.job import IS_READY, Job
from server.runtime.act import Act
from server.runtime.jobs import new_job
from server.terms import Once

KEPT = timedelta(hours=24)
KIND = "first_answers"  # the job that forgets them
_rows = table(FirstAnswer)


def begin(act: Act, once: Once) -> None:
    """Take the key. Raises Repeated when it was used within a day, also by who is at it just now: then it waits."""
    own = (_rows.c.actor == act.actor.id, _rows.c.key == once.key)
    change(delete(_rows).where(*own, _rows.c.at <= act.moment - KEPT), {})
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    given = {"actor": act.actor.id, "key": once.key, "fingerprint": once.fingerprint, "answer": "", "at": act.moment}
    taken = dialect.insert(_rows).values(given).on_conflict_do_nothing().returning(_rows.c.key)
    if db.session.connection().execute(taken).scalar() is None:
        raise Repeated()


def keep(act: Act, once: Once, result: Any) -> None:
    """Write down what is answered, and see that it is forgotten some day."""
    own = (_rows.c.actor == act.actor.id, _rows.c.key == once.key)
    change(update(_rows).where(*own).values(answer=once.answer(result)), {})
    jobs = select(Job.id).where(Job.kind == KIND, IS_READY).limit(1)
    if db.session.scalar(jobs) is None:
        db.session.execute(insert(Job), [new_job(KIND, act.moment + KEPT, act.moment, {})])


def forget(act: Act, row: Job) -> bool:
    """Forget what is older than a day; there is no more to do when nothing is left."""
    change(_OLD, {"before": act.moment - KEPT})
    oldest = db.session.scalar(select(FirstAnswer.at).order_by(FirstAnswer.at).limit(1))
    if oldest is None:
        return True
    row.due_at, row.attempts, row.lease_until, row.leased_by = oldest + KEPT + timedelta(hours=1), 0, None, None
    return False


_OLD: Delete = delete(_rows).where(_rows.c.at <= bindparam("before", type_=Moment))
