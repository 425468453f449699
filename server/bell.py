"""The bell: whoever sleeps until there is work is woken by the commit that brings it, in this process and in others.

PostgreSQL carries a ring to the other processes by NOTIFY, which in the transaction itself would make all commits of
the server wait for one another (a quarter to a third of the throughput). So it is rung after the commit, by a statement
of its own that waits for no disk. A ring that is lost with its process does no harm: nobody sleeps longer than a second
without looking.
"""

import secrets
import threading
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Engine, text

_CHANNEL = "procession"
_PROCESS = secrets.token_hex(4)  # so that a process does not hear itself twice
_ALL = 1_000_000  # sleepers
_PAUSE = 1.0  # seconds until a lost connection is tried again, and the most that a stop waits
_NOTIFY = text("SELECT set_config('synchronous_commit', 'off', true), pg_notify(:channel, :message)")
_log = structlog.get_logger()


class Bell(StrEnum):
    """What one may sleep for."""

    JOBS = "jobs"  # each ring wakes one who sleeps; whoever finds more than he can take rings again
    EXTERNAL_TASKS = "external tasks"  # each ring wakes all: they want different things


class _Rope:
    """A bell in this process: how often it rang, and who sleeps by it."""

    def __init__(self, wakes_all: bool) -> None:
        self._condition, self._wakes_all, self._rung = threading.Condition(), wakes_all, 0

    def rung(self) -> int:
        return self._rung

    def pull(self, wakes_all: bool = False) -> None:
        with self._condition:
            self._rung += 1
            self._condition.notify(_ALL if wakes_all or self._wakes_all else 1)

    def wait(self, since: int, seconds: float) -> bool:
        with self._condition:
            return self._condition.wait_for(lambda: self._rung != since, seconds)


_ropes = {Bell.JOBS: _Rope(wakes_all=False), Bell.EXTERNAL_TASKS: _Rope(wakes_all=True)}


def rung(bell: Bell) -> int:
    """How often it rang so far: taken before one looks for work, so that no ring between that and sleeping is lost."""
    return _ropes[bell].rung()


def wait(bell: Bell, since: int, seconds: float) -> bool:
    """Sleep until it rings, at most *seconds*; at once when it rang after *since*. Whether it rang."""
    return _ropes[bell].wait(since, seconds)


def ring_here(bell: Bell, wakes_all: bool = False) -> None:
    """Wake one who sleeps in this process, or all."""
    _ropes[bell].pull(wakes_all)


def ring(bell: Bell, engine: Engine) -> None:
    """Wake those in this process and in all that share the database; after the commit, outside of any transaction."""
    ring_here(bell)
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(_NOTIFY, {"channel": _CHANNEL, "message": f"{_PROCESS} {bell}"})
    except Exception as trouble:  # what was committed stays so; the others look by themselves in a second
        _log.warning("the bell was not heard by other processes", error=str(trouble))


class Ear:
    """Listens, on PostgreSQL, for rings of other processes and passes them on in this one, until it is closed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
        if engine.dialect.name == "postgresql":
            self._thread.start()

    def close(self) -> None:
        """Stop listening; returns when the connection has been given back."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(2 * _PAUSE)

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.detach()  # nobody else should get a connection that listens
                    connection.execute(text(f"LISTEN {_CHANNEL}"))
                    self._pass_on(connection.connection.dbapi_connection)
            except Exception as trouble:
                _log.warning("the bell of other processes is not heard", error=str(trouble))
                self._closing.wait(_PAUSE)

    def _pass_on(self, connection: Any) -> None:
        while not self._closing.is_set():
            for notification in connection.notifies(timeout=_PAUSE, stop_after=1):
                process, _, bell = notification.payload.partition(" ")
                if process != _PROCESS and bell in _ropes:
                    ring_here(Bell(bell))
