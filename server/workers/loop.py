"""The loop of a worker: claim, work, settle; sleep until something is due or the bell rings.

A thread claims one job at a time, so that no job waits in somebody's pocket. Leases are short, so that what a machine
that died had in hand is soon taken up, and one more thread renews those of jobs that take longer. Whatever goes wrong
with a job is counted against that job; whatever goes wrong with the database makes the loop wait a little longer
each time.
"""

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import bell, clock
from server.bell import Bell
from server.commands import jobs
from server.commands.jobs import ClaimedJob
from server.connectors.connector import TemporaryFailure
from server.database import Scope
from server.errors import Conflict, Failure, Rejection, Unavailable
from server.identity.actor import WORKER
from server.queries import jobs as waiting
from server.settings import Settings
from server.workers.kinds import kind_of
from server.workers.retry import retry_at
from server.workers.work import Work

LONGEST_SLEEP = 1.0  # seconds: a job of another process starts at most this late
LONGEST_PAUSE = 30.0  # seconds between attempts to reach a database that is gone
_log = structlog.get_logger()


class Workers:
    """Threads that do jobs until they are stopped."""

    def __init__(self, count: int, scope: Scope, settings: Settings, name: str) -> None:
        self._scope, self._settings = scope, settings
        self._stopping = threading.Event()
        self._idle = threading.Event()  # every thread has finished what it had
        self._held: dict[str, int] = {}  # what is being worked on: the job's id and the attempt
        self._keeper = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._threads = [
            threading.Thread(target=self._loop, args=(f"{name}/{number}",), name=f"worker {number}", daemon=True)
            for number in range(1, count + 1)
        ]

    def start(self) -> None:
        for thread in (*self._threads, self._keeper):
            thread.start()

    def stop(self, timeout: float) -> None:
        """Let every thread finish the job it has; at most *timeout* seconds in all."""
        self._stopping.set()
        bell.ring_here(Bell.JOBS, wakes_all=True)
        for thread in self._threads:
            thread.join(timeout / max(1, len(self._threads)))
        self._idle.set()

    def _loop(self, name: str) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            rung = bell.rung(Bell.JOBS)
            try:
                with self._scope():
                    busy = work_once(self._settings, name, self._held)
                    sleep = 0.0 if busy else _until_due()
                pause = 0.1
            except (Unavailable, SQLAlchemyError) as error:
                _log.error("the database does not answer the worker", worker=name, error=str(error))
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            except Exception as defect:  # a thread that ends would leave its work to nobody
                _log.error("a worker stumbled over a defect", worker=name, exc_info=defect)
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            if sleep > 0 and not self._stopping.is_set():
                bell.wait(Bell.JOBS, rung, sleep)

    def _keep(self) -> None:
        """Renew the leases of what takes long, thrice in the time of one."""
        while not self._idle.wait(self._settings.lease / 3):
            held = list(self._held.items())
            if not held:
                continue
            try:
                with self._scope():
                    jobs.renew(WORKER, held, self._settings.lease)
            except Exception as trouble:  # the next time may go well; a lease that ends lets somebody else try
                _log.error("leases were not renewed", jobs=len(held), error=str(trouble))


def _until_due() -> float:
    due = waiting.next_due()
    if due is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, max(0.01, (due - clock.now()).total_seconds()))


def work_once(settings: Settings, name: str, held: dict[str, int]) -> bool:
    """Do one job that is due; whether there was one. It stands in *held*, with its attempt, while it is worked on."""
    claim = jobs.claim(WORKER, name, 1, settings.lease)
    if claim.left_some:
        bell.ring_here(Bell.JOBS)
    for job in claim.jobs:
        held[job.id] = job.attempt
        try:
            do(job, settings)
        finally:
            del held[job.id]
    return bool(claim.jobs)


def do(job: ClaimedJob, settings: Settings) -> None:
    """Do a claimed job; whatever goes wrong is counted against it. Raises Unavailable when the database refuses."""
    try:
        kind_of(job.kind)(Work(job, settings))
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


def _fail(job: ClaimedJob, message: str, again: bool, retry_after: float | None = None) -> None:
    due = retry_at(job.attempt, job.attempts_allowed, job.retry_cycle, clock.now(), retry_after) if again else None
    try:
        jobs.fail(WORKER, job.id, job.attempt, message, due)
    except Conflict:
        _log.warning("a late result was refused", job=job.id, kind=job.kind)
