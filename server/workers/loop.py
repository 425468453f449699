"""The loop of a worker: claim, work, settle; sleep until something is due or the bell rings.

A thread claims one job at a time, so that no job waits in somebody's pocket; the transaction that ends a step takes up
the next one at once. Leases are short, so that what a machine that died had in hand is soon taken up; `keeping` renews
those of jobs that take longer. Whatever goes wrong with a job is counted against that job; whatever goes wrong with the
database makes the loop wait a little longer each time.
"""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import bell, clock
from server.bell import Bell
from server.commands import jobs
from server.commands.jobs import NOTHING, Claim, ClaimedJob, Wish
from server.connectors.connector import TemporaryFailure
from server.database import Scope
from server.errors import Conflict, Failure, Rejection, Unavailable
from server.identity.actor import WORKER
from server.queries import jobs as waiting
from server.settings import Settings
from server.workers.keeping import Hands, Keeper
from server.workers.kinds import KINDS, kind_of
from server.workers.retry import retry_at
from server.workers.work import Work

LONGEST_SLEEP = 1.0  # seconds: a job of another process starts at most this late
LONGEST_PAUSE = 30.0  # seconds between attempts to reach a database that is gone
_log = structlog.get_logger()


class Workers:
    """Threads that do jobs until they are stopped."""

    def __init__(self, size: int, scope: Scope, settings: Settings, name: str) -> None:
        self._scope, self._settings, self._name = scope, settings, name
        self._stopping = threading.Event()
        self._numbers = count(1)
        self._threads: dict[Hands, threading.Thread] = {}
        self._keeper = Keeper(scope, settings, self._replace)
        for _ in range(size):
            self._add()

    def start(self) -> None:
        for thread in list(self._threads.values()):
            thread.start()
        self._keeper.start()

    def stop(self, timeout: float) -> None:
        """Let every thread finish the job it has; at most *timeout* seconds in all."""
        self._stopping.set()
        bell.ring_here(Bell.JOBS, wakes_all=True)
        threads = list(self._threads.values())
        for thread in threads:
            thread.join(timeout / max(1, len(threads)))
        self._keeper.stop()

    def _add(self) -> threading.Thread:
        number, hands = next(self._numbers), Hands()
        run = partial(self._loop, f"{self._name}/{number}", hands)
        self._threads[hands] = threading.Thread(target=run, name=f"worker {number}", daemon=True)
        self._keeper.watch(hands)
        return self._threads[hands]

    def _replace(self, hands: Hands) -> None:
        """A thread hangs: another does its work from now on, and it ends when it ever gets back."""
        del self._threads[hands]
        if not self._stopping.is_set():
            self._add().start()

    def _loop(self, name: str, hands: Hands) -> None:
        pause = 0.1

        def goes_on() -> bool:
            return not self._stopping.is_set() and hands in self._threads

        while goes_on():
            rung = bell.rung(Bell.JOBS)
            try:
                with self._scope():
                    busy = work_once(self._settings, name, hands.held, goes_on)
                    sleep = 0.0 if busy else _until_due()
                pause = 0.1
            except (Unavailable, SQLAlchemyError) as error:
                _log.error("the database does not answer the worker", worker=name, error=str(error))
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            except Exception as defect:  # a thread that ends would leave its work to nobody
                _log.error("a worker stumbled over a defect", worker=name, exc_info=defect)
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            if sleep > 0 and goes_on():
                bell.wait(Bell.JOBS, rung, sleep)


def _until_due() -> float:
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
        if job.kind in KINDS:  # a step keeps its row locked instead
            held[job.id] = job.attempt
        try:
            claim = do(job, settings, wish if goes_on() else None)
        finally:
            held.pop(job.id, None)
    return busy


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
