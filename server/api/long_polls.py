"""Long polls: requests that wait for external tasks, woken by the commit that brings one.

A request that waits costs no thread where the web server can put it aside (`Parked`, see `cli.parking`): it is carried
out once more when it is woken. Under any other web server it waits in its thread, and only so many may. One thread for
all of them looks what there is whenever the bell rings, and once a second for locks that have ended.
"""

import threading
import time
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request

from server import bell, clock
from server.bell import Bell
from server.database import Scope
from server.queries import external_tasks
from server.settings import Settings

EXTENSION = "procession_long_polls"
PARKS = "procession.parks"  # in the environment of a request: the web server can put it aside
POLL = "procession.poll"  # in that of a request which is carried out once more
_STEP = 0.25  # seconds between two looks at whose time is over
_LOOK = 1.0  # seconds between two looks for locks that have ended
_log = structlog.get_logger()
Found = TypeVar("Found")


@dataclass
class Poll:
    """One request that waits. `picky`: it does not want everything of its topics."""

    topics: frozenset[str]
    picky: bool
    deadline: float  # of the monotonic clock
    whose: Hashable | None = None  # a worker of whom only the newest waits
    replaced: bool = False  # by a newer one of the same worker: nothing is to be found for it any more
    _woken: bool = False
    _wake: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self) -> bool:
        return time.monotonic() >= self.deadline

    def wake(self) -> None:
        with self._lock:
            self._woken, wake = True, self._wake
        if wake is not None:
            wake()

    def sleep(self, wake: Callable[[], None]) -> None:
        """Have *wake* called when it is woken; at once if that was meanwhile."""
        with self._lock:
            self._wake, woken = wake, self._woken
        if woken:
            wake()

    def listen(self) -> None:
        """It is about to look: whatever comes from now on wakes it."""
        with self._lock:
            self._woken, self._wake = False, None


class Parked(BaseException):
    """Nothing goes on in this request until its poll is woken. No Exception, so that nothing takes it for an error."""

    def __init__(self, poll: Poll, body: bytes) -> None:
        super().__init__("parked")
        self.poll, self.body = poll, body


class LongPolls:
    """All requests of this process that wait, at most *most*; *in_threads* of them at the cost of a thread each."""

    def __init__(self, scope: Scope, most: int, in_threads: int) -> None:
        self._scope, self._most = scope, most
        self._places = threading.BoundedSemaphore(max(1, in_threads))
        self._lock = threading.Lock()
        self._sleeping: dict[int, Poll] = {}  # by identity, the longest waiting first
        self._newest: dict[Hashable, Poll] = {}
        self._open = 0
        self._closing = False
        self._thread: threading.Thread | None = None

    def wait(
        self,
        fetch: Callable[[], Found],
        topics: Collection[str],
        picky: bool,
        seconds: float,
        whose: Hashable | None = None,
    ) -> Found | None:
        """What *fetch* finds within *seconds*; None when that is nothing, too many wait already, or a newer request of
        the same worker came (*whose*; None: whoever it is may wait several times)."""
        poll: Poll | None = request.environ.get(POLL)
        if poll is None:
            self._replace(whose)
            found = fetch()
            if found or seconds <= 0:
                return found
            poll = self._begin(Poll(frozenset(topics), picky, time.monotonic() + seconds, whose))
            if poll is None:
                return None
        try:
            return self._wait(fetch, poll)
        except Parked:
            raise
        except BaseException:
            self.forget(poll)
            raise

    def _wait(self, fetch: Callable[[], Found], poll: Poll) -> Found | None:
        self._listen(poll)
        found = None if poll.replaced else fetch()
        if found or self._is_done(poll):
            self.forget(poll)
            return found
        if request.environ.get(PARKS):
            raise Parked(poll, request.get_data())
        return self._wait_in_thread(fetch, poll)

    def _wait_in_thread(self, fetch: Callable[[], Found], poll: Poll) -> Found | None:
        if not self._places.acquire(blocking=False):
            self.forget(poll)
            return None
        try:
            while True:
                woken = threading.Event()
                poll.sleep(woken.set)
                woken.wait()
                self._listen(poll)
                found = None if poll.replaced else fetch()
                if found or self._is_done(poll):
                    self.forget(poll)
                    return found
        finally:
            self._places.release()

    def _begin(self, poll: Poll) -> Poll | None:
        with self._lock:
            if self._open >= self._most or self._closing:
                return None
            self._open += 1
            if poll.whose is not None:
                self._newest[poll.whose] = poll
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="long polls", daemon=True)
                self._thread.start()
        return poll

    def _is_done(self, poll: Poll) -> bool:
        return poll.replaced or poll.is_over() or self._closing

    def _replace(self, whose: Hashable | None) -> None:
        """End what the worker has waited for until now; it asks anew."""
        with self._lock:
            older = None if whose is None else self._newest.pop(whose, None)
            if older is not None:
                older.replaced = True
                self._sleeping.pop(id(older), None)
        if older is not None:
            older.wake()

    def _listen(self, poll: Poll) -> None:
        poll.listen()
        with self._lock:
            self._sleeping.pop(id(poll), None)
            self._sleeping[id(poll)] = poll

    def forget(self, poll: Poll) -> None:
        """It has its answer, or nobody waits for that any more."""
        with self._lock:
            self._sleeping.pop(id(poll), None)
            if poll.whose is not None and self._newest.get(poll.whose) is poll:
                del self._newest[poll.whose]
            self._open -= 1

    def close(self) -> None:
        """Answer all of them, and wait for no more."""
        self._closing = True
        self._wake(lambda _: True)

    def _wake(self, chosen: Callable[[Poll], bool]) -> None:
        with self._lock:
            woken = [poll for poll in self._sleeping.values() if chosen(poll)]
            for poll in woken:
                del self._sleeping[id(poll)]
        for poll in woken:
            poll.wake()

    def _watch(self) -> None:
        since, looked_at, known = -1, 0.0, dict[str, int]()
        while not self._closing:
            self._wake(Poll.is_over)
            rung, now = bell.rung(Bell.EXTERNAL_TASKS), time.monotonic()
            pause = _STEP
            if rung != since or now >= looked_at:
                try:
                    known, looked_at = self._look(known if rung == since else {}, now)
                except Exception as trouble:  # whoever waits looks for itself when its time is over
                    _log.warning("long polls could not look", error=str(trouble))
                    looked_at = now + _LOOK
                since = rung
            bell.wait(Bell.EXTERNAL_TASKS, since, max(0.0, min(pause, looked_at - time.monotonic())))

    def _look(self, known: dict[str, int], now: float) -> tuple[dict[str, int], float]:
        """Wake as many as there is work for, and all who are picky where there is more than was *known* of.

        Returns what there is, and when to look again.
        """
        with self._lock:
            topics = {topic for poll in self._sleeping.values() for topic in poll.topics}
            most = len(self._sleeping)
        if not topics:
            return {}, now + _LOOK
        with self._scope():
            offered = external_tasks.offered(topics, most)
        left = dict(offered.counts)

        def chosen(poll: Poll) -> bool:
            if poll.picky:
                return any(left.get(topic, 0) > known.get(topic, 0) for topic in poll.topics)
            topic = next((topic for topic in poll.topics if left.get(topic, 0) > 0), None)
            if topic is not None:
                left[topic] -= 1
            return topic is not None

        self._wake(chosen)
        coming = _LOOK if offered.next_at is None else (offered.next_at - clock.now()).total_seconds()
        return offered.counts, now + min(_LOOK, max(0.01, coming))


def install(app: Flask, settings: Settings) -> None:
    """Have the application know who waits."""
    waiting = LongPolls(app.app_context, settings.long_polls, settings.web_threads // 2)
    app.extensions[EXTENSION] = waiting


def long_polls(app: Any = current_app) -> LongPolls:
    """Those of the application."""
    found: LongPolls = app.extensions[EXTENSION]
    return found
