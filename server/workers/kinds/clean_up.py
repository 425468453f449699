"""The job that forgets what nobody needs any more, once an hour: each instance in a transaction of its own."""

from datetime import timedelta

from server import clock
from server.commands import clean_up as commands
from server.commands import jobs
from server.commands.jobs import NOTHING, Claim
from server.errors import Conflict, NotFound
from server.identity.actor import WORKER
from server.queries.clean_up import finished_long_ago
from server.workers.work import Work

EVERY = timedelta(hours=1)
AT_ONCE = 100
"""Instances that are removed before other jobs get their turn again."""


def work(given: Work) -> Claim:
    settings, moment = given.settings, clock.now()
    commands.sweep(WORKER, settings.session_length)
    old = finished_long_ago(moment, settings.history_days, AT_ONCE) if settings.forget_instances else []
    kept = [instance_id for instance_id in old if not _forgotten(instance_id)]
    has_more = len(old) == AT_ONCE and len(kept) < AT_ONCE
    jobs.repeat(WORKER, given.job.id, given.job.attempt, moment if has_more else moment + EVERY)
    return NOTHING


def _forgotten(instance_id: str) -> bool:
    try:
        commands.forget_instance(WORKER, instance_id)
    except (Conflict, NotFound):  # what it called still runs, or another worker was faster: the next time
        return False
    return True
