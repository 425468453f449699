"""A job that is a step inside the database: timers, continuations, deliveries, returns of calls, retries."""

from server.commands import jobs
from server.commands.jobs import Claim
from server.identity.actor import WORKER
from server.workers.work import Work


def work(given: Work) -> Claim:
    return jobs.run(WORKER, given.job.id, given.job.attempt, given.then)
