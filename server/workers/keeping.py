"""Keeps what the threads of a worker have in hand: renews leases, and gives up on calls that hang."""

import threading
import time
from collections.abc import Callable

import structlog

from server.commands import jobs
from server.database import Scope
from server.identity.actor import WORKER
from server.settings import Settings

_log = structlog.get_logger()


class Hands:
    """What one thread has in hand: calls outside by their job's id, with the attempt."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}


class Keeper:
    """A thread that renews the leases of what takes long, thrice in the time of one.

    What takes longer than `Settings.longest_job` is renewed no more, so that its attempt counts as failed, and
    *replace* is told which hands are lost.
    """

    def __init__(self, scope: Scope, settings: Settings, replace: Callable[[Hands], None]) -> None:
        self._scope, self._settings, self._replace = scope, settings, replace
        self._hands: list[Hands] = []
        self._since: dict[tuple[str, int], float] = {}
        self._idle = threading.Event()  # every thread has finished what it had
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._idle.set()

    def watch(self, hands: Hands) -> None:
        self._hands.append(hands)

    def _keep(self) -> None:
        while not self._idle.wait(self._settings.lease / 3):
            try:
                self._give_up()
                held = [item for hands in self._hands for item in list(hands.held.items())]
                if held:
                    with self._scope():
                        jobs.renew(WORKER, held, self._settings.lease)
            except Exception as trouble:  # the next time may go well; a lease that ends lets somebody else try
                _log.error("leases were not renewed", error=str(trouble))

    def _give_up(self) -> None:
        moment = time.monotonic()
        held = {item: hands for hands in self._hands for item in list(hands.held.items())}
        self._since = {item: self._since.get(item, moment) for item in held}
        for item, hands in held.items():
            if moment - self._since[item] > self._settings.longest_job:
                _log.error("a call outside hangs, so another thread takes its place", job=item[0], attempt=item[1])
                self._hands.remove(hands)
                self._replace(hands)
