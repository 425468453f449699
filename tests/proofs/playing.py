"""Plays instances without anything going wrong: what can happen next, as the one command that makes it happen."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from server.commands import jobs, messages, user_tasks
from server.database import db
from server.identity.actor import CONSOLE, WORKER, Actor
from server.records.subscription import Subscription
from server.records.user_task import UserTask

Move = Callable[[], object]


def next_moves(person: Actor) -> list[Move]:
    """Commands that bring the instances on, user tasks first; none: all have ended. Jobs are claimed here."""
    db.session.rollback()
    open_ones = db.session.scalars(select(UserTask.id).where(UserTask.state == "open").order_by(UserTask.id)).all()
    awaited = db.session.scalars(select(Subscription.name).where(Subscription.kind == "message")).all()
    db.session.rollback()
    if open_ones:
        return [partial(user_tasks.complete, person, open_ones[0], {})]
    claimed = jobs.claim(WORKER, "proof", 1, 10).jobs
    if claimed:
        return [_settlement(claimed[0])]
    return [partial(messages.send, CONSOLE, name, {}) for name in sorted(awaited)[:1]]


def _settlement(job: jobs.ClaimedJob) -> Move:
    if job.kind == "connector":
        return partial(jobs.settle_connector, WORKER, job.id, job.attempt, {})
    return partial(jobs.run, WORKER, job.id, job.attempt)


def play(person: Actor) -> int:
    """To the end of all instances; returns how many moves it took."""
    count = 0
    while moves := next_moves(person):
        moves[0]()
        count += 1
    return count
