"""Workers: functions that do external tasks of a topic, in threads, with the lock kept as long as they take."""

import logging
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from procession.client import Client, Refused
from procession.values import decode, encode

_log = logging.getLogger(__name__)
PAUSE = 2.0  # seconds before the server is asked again after trouble


class BpmnError(Exception):
    """The work came to an error that the model catches by its code."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code, self.message, self.variables = code, message, variables or {}


class Failed(Exception):
    """The work went wrong: try again after *wait* seconds; *retries* None: as often as the model allows."""

    def __init__(self, message: str, retries: int | None = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.retries, self.wait = retries, wait


@dataclass(frozen=True)
class Work:
    """An external task that is this worker's: what it is for, and the variables that it may read."""

    id: str
    topic: str
    variables: Mapping[str, Any]
    instance_id: str
    business_key: str | None
    process_key: str
    element_key: str
    retries: int | None
    headers: Mapping[str, str]
    properties: Mapping[str, str]
    revision: int = field(repr=False)


Do = Callable[[Work], Mapping[str, Any] | None]


@dataclass(frozen=True)
class _Topic:
    name: str
    do: Do
    lock_seconds: float
    variables: tuple[str, ...] | None
    back_off: tuple[float, ...]


class Worker:
    """Fetches work of the topics that functions were given for, and has them do it.

    worker = Worker(Client("https://processes.example.org", TOKEN))

    @worker.topic("print")
    def print_it(work):
        return {"pages": 3}

    worker.run()
    """

    def __init__(self, client: Client, name: str = "", threads: int = 1, wait_seconds: float = 20.0) -> None:
        self.client = client
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self._threads, self._wait = threads, wait_seconds
        self._topics: dict[str, _Topic] = {}
        self._stopping = threading.Event()
        self._idle = threading.Event()
        self._held: dict[str, tuple[int, float]] = {}  # by id: revision and seconds
        self._lock = threading.Lock()

    def topic(
        self,
        name: str,
        *,
        lock_seconds: float = 60.0,
        variables: tuple[str, ...] | None = None,
        back_off: tuple[float, ...] = (10.0, 60.0, 300.0),
    ) -> Callable[[Do], Do]:
        """Have a function do the work of a topic; what it returns are variables of the process.

        *variables*: what it reads (None: everything). *back_off*: seconds before the next try, by how many failed.
        """

        def declare(do: Do) -> Do:
            self._topics[name] = _Topic(name, do, lock_seconds, variables, back_off)
            return do

        return declare

    def run(self) -> None:
        """Work until somebody stops it: by `stop`, SIGTERM or SIGINT. What is in hand is finished first."""
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, lambda *_: self.stop())
        keeper = threading.Thread(target=self._keep, name="locks", daemon=True)
        loops = [threading.Thread(target=self._loop, name=f"work {n}", daemon=True) for n in range(self._threads)]
        for thread in (keeper, *loops):
            thread.start()
        for thread in loops:
            while thread.is_alive():
                thread.join(0.5)  # so that signals are heard
        self._idle.set()
        keeper.join()

    def stop(self) -> None:
        """Fetch no more; `run` returns when what is in hand is done."""
        self._stopping.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                found = self._fetch()
            except (OSError, Refused) as trouble:
                _log.warning("the server gives no work: %s", trouble)
                self._stopping.wait(PAUSE)
                continue
            if found is not None:
                self._work(found)

    def _fetch(self) -> Work | None:
        topics = [
            {"topic": one.name, "lock_seconds": one.lock_seconds, "variables": one.variables and list(one.variables)}
            for one in self._topics.values()
        ]
        # Short waits, so that a worker that is stopped does not take work it will not do.
        wait = min(self._wait, 20.0)
        body = {"worker": self.name, "topics": topics, "most": 1, "wait_seconds": wait}
        found = self.client.ask("POST", "/external-tasks/fetch", body, wait=wait, once=False)["items"]
        return _work(found[0]) if found else None

    def _work(self, work: Work) -> None:
        if self._stopping.is_set():
            self._tell(work, "unlocking", None)
            return
        topic = self._topics[work.topic]
        with self._lock:
            self._held[work.id] = (work.revision, topic.lock_seconds)
        try:
            self._do(work, topic)
        finally:
            with self._lock:
                self._held.pop(work.id, None)

    def _do(self, work: Work, topic: _Topic) -> None:
        try:
            try:
                given = topic.do(work)
                self._tell(work, "completion", {"variables": encode(dict(given or {}))})
            except BpmnError as error:
                told = {"code": error.code, "message": error.message, "variables": encode(dict(error.variables))}
                self._tell(work, "bpmn-error", told)
        except Exception as trouble:  # whatever goes wrong with the work is told, and the worker goes on
            self._tell(work, "failure", _failure(work, topic, trouble))

    def _tell(self, work: Work, what: str, told: Mapping[str, Any] | None) -> None:
        """Report once, however often the answer is lost. What was given to somebody else is theirs.

        Raises Refused where a result is none that the server can keep.
        """
        key = f"{what}-{work.id}-{work.revision}"
        body = None if told is None else {"worker": self.name, "revision": work.revision, **told}
        try:
            self.client.ask("POST", f"/external-tasks/{work.id}/{what}", body, key=key)
        except Refused as refused:
            if refused.status == 422 and what != "failure":
                raise
            _log.warning("%s of %s was not taken: %s", what, work.id, refused)
        except OSError as trouble:
            _log.warning("%s of %s did not reach the server: %s", what, work.id, trouble)

    def _keep(self) -> None:
        """Extend the locks of what takes long, thrice in the time of one."""
        pause = min((one.lock_seconds for one in self._topics.values()), default=60.0) / 3
        while not self._idle.wait(pause):
            with self._lock:
                held = dict(self._held)
            for work_id, (revision, seconds) in held.items():
                body = {"worker": self.name, "seconds": seconds, "revision": revision}
                try:
                    self.client.ask("POST", f"/external-tasks/{work_id}/lock-extension", body)
                except (OSError, Refused) as trouble:
                    _log.warning("the lock of %s was not extended: %s", work_id, trouble)


def _failure(work: Work, topic: _Topic, trouble: Exception) -> dict[str, Any]:
    """What the server is told of an exception: as much as it takes."""
    told = trouble if isinstance(trouble, Failed) else None
    wait = None if told is None else told.wait
    return {
        "message": (str(trouble) or type(trouble).__name__).replace("\0", "")[:10_000],
        "details": None if told else "".join(traceback.format_exception(trouble)).replace("\0", "")[-20_000:],
        "retries": None if told is None else told.retries,
        "wait_seconds": _pause(work, topic) if wait is None else wait,
    }


def _pause(work: Work, topic: _Topic) -> float:
    """Longer with each failure; how many there were is known from the second on only."""
    if not topic.back_off:
        return 0.0
    failed = 0 if work.retries is None else max(0, len(topic.back_off) - work.retries)
    return topic.back_off[min(failed, len(topic.back_off) - 1)]


def _work(found: Mapping[str, Any]) -> Work:
    variables = {name: decode(value) for name, value in found["variables"].items()}
    given = {name: found[name] for name in Work.__dataclass_fields__ if name != "variables"}
    return Work(**given, variables=variables)
