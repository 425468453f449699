"""What a thread of a worker does with a job: claim, work, settle; what was wrong with it is counted against it.

Leases are short, so that what a machine that died had in hand is soon taken up; `keeping` renews those of jobs that
take longer. Which thread gets which job, and when, is the dispatcher's to say.
"""

from collections.abc import Callable

import structlog

from server import bell, clock
from server.bell import Bell
from server.commands import jobs
from server.commands.jobs import NOTHING, Claim, ClaimedJob, Wish
from server.connectors.connector import TemporaryFailure
from server.errors import Conflict, Failure, Rejection, Unavailable
from server.identity.actor import WORKER
from server.queries import jobs as waiting
from server.settings import Settings
from server.workers.kinds import KINDS, kind_of
from server.workers.retry import retry_at
from server.workers.work import Work

LONGEST_SLEEP = 1.0  # seconds: a job of another process starts at most this late
LONGEST_PAUSE = 30.0  # seconds between attempts to reach a database that is gone
_log = structlog.get_logger()


def until_due() -> float:
    """How long whoever looks for jobs may sleep unless the bell rings, in seconds."""
    due = waiting.next_due()
    if due is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, max(0.01, (due - clock.now()).total_seconds()))


def work_once(settings: Settings, name: str, held: dict[str, int], goes_on: Callable[[], bool] = lambda: False) -> bool:
    """Do what is due, one job after the other as long as it *goes_on*; whether there was a job. Calls outside stand in
    *held*, with their attempts, while they are made."""
    wish = Wish(name, 1, settings.lease)
    claim = jobs.claim(WORKER, name, wish.limit, wish.lease)
    busy = bool(claim.jobs)
    while claim.jobs:
        if claim.left_some:
            bell.ring_here(Bell.JOBS)
        (job,) = claim.jobs
        claim = _do_in_hand(job, settings, held, wish if goes_on() else None)
    return busy


def work_on(settings: Settings, name: str, held: dict[str, int], job_id: str) -> None:
    """Do this one job, unless it is done, postponed or somebody else's by now. *held* as above."""
    for job in jobs.claim_one(WORKER, name, job_id, settings.lease).jobs:
        _do_in_hand(job, settings, held, None)


def _do_in_hand(job: ClaimedJob, settings: Settings, held: dict[str, int], then: Wish | None) -> Claim:
    if job.kind in KINDS:  # a step keeps its row locked instead
        held[job.id] = job.attempt
    try:
        return do(job, settings, then)
    finally:
        held.pop(job.id, None)


def do(job: ClaimedJob, settings: Settings, then: Wish | None = None) -> Claim:
    """Do a claimed job; whatever goes wrong is counted against it. Returns what it has taken up next.

    Raises Unavailable when the database refuses.
    """
    if job.attempt > job.attempts_allowed:
        _give_up(job)
        return NOTHING
    try:
        return kind_of(job.kind)(Work(job, settings, then))
    except TemporaryFailure as failure:
        _fail(job, str(failure), True, failure.retry_after)
    except Failure as failure:
        _fail(job, str(failure), False)
    except Unavailable:
        raise
    except Conflict as conflict:
        _log.warning("a job was refused", job=job.id, kind=job.kind, reason=str(conflict))
        _fail(job, str(conflict), True)
    except Rejection as rejection:
        _fail(job, rejection.message, True)
    except Exception as defect:  # a defect of ours must not stop the worker, nor be lost
        _log.error("a job failed by a defect", job=job.id, kind=job.kind, exc_info=defect)
        _fail(job, f"A defect of Procession ({type(defect).__name__}); the server's log has the details.", True)
    return NOTHING


def _give_up(job: ClaimedJob) -> None:
    """Every attempt was begun and none ended, so it may end whoever touches it: that is tried once."""
    message = "Its workers ended, or hung, in the midst of every attempt; their logs may tell why."
    _log.error("a job ended its workers", job=job.id, kind=job.kind, attempts=job.attempts_allowed)
    if job.attempt > job.attempts_allowed + 1:
        _bury(job, message)
    else:
        _fail(job, message, False)


def _fail(job: ClaimedJob, message: str, again: bool, retry_after: float | None = None) -> None:
    due = retry_at(job.attempt, job.attempts_allowed, job.retry_cycle, clock.now(), retry_after) if again else None
    try:
        jobs.fail(WORKER, job.id, job.attempt, message, due)
    except Unavailable:
        raise
    except Conflict as conflict:
        _log.warning("a late result was refused", job=job.id, kind=job.kind, reason=str(conflict))
        jobs.count_late_result(WORKER)
        if due is None:
            _bury(job, message)
    except Exception as defect:
        _log.error("the incident of a job could not be told", job=job.id, kind=job.kind, exc_info=defect)
        _bury(job, message)


def _bury(job: ClaimedJob, message: str) -> None:
    try:
        jobs.bury(WORKER, job.id, job.attempt, message)
    except Conflict:
        return  # it was another's by now: that is all the first refusal meant
