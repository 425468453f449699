"""Threads that look for what is due in the index of jobs, and sleep until something is or the bell rings.

A thread claims one job at a time, so that no job waits in somebody's pocket; the transaction that ends a step takes up
the next one at once. Whatever goes wrong with the database makes the loop wait a little longer each time.
"""

import threading
from functools import partial
from itertools import count

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import bell
from server.bell import Bell
from server.database import Scope
from server.errors import Unavailable
from server.settings import Settings
from server.workers.dispatch import Dispatcher
from server.workers.keeping import Hands, Keeper
from server.workers.loop import LONGEST_PAUSE, until_due, work_once

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
                    sleep = 0.0 if busy else until_due()
                pause = 0.1
            except (Unavailable, SQLAlchemyError) as error:
                _log.error("the database does not answer the worker", worker=name, error=str(error))
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            except Exception as defect:  # a thread that ends would leave its work to nobody
                _log.error("a worker stumbled over a defect", worker=name, exc_info=defect)
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            if sleep > 0 and goes_on():
                bell.wait(Bell.JOBS, rung, sleep)


DISPATCHER = Dispatcher(Workers)
