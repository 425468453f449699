"""Jobs by way of procrastinate: workers write hints ("job N is due") into its queue, and it hands each to one of them.

A hint carries nothing but the id of a job, and is worth nothing: whoever gets one claims the job in our own table,
which alone says whether there is anything to do. So a hint that is lost is written again, and one too many does no
harm. What is due is found by our index; procrastinate's own `lock`, `schedule_at` and retries stay unused.

Its tables stand in a PostgreSQL schema of their own (`SCHEMA`), which is made anew when the package changes.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.app import WorkerOptions
from procrastinate.connector import Notify
from procrastinate.jobs import Job as Note
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import ColumnElement, Select, column, exists, literal_column, select, table, text

from server import bell
from server.bell import Bell
from server.commands import jobs
from server.commands.jobs import Hint
from server.database import Scope, connection, db
from server.identity.actor import WORKER
from server.settings import Settings
from server.workers.dispatch import Dispatcher
from server.workers.keeping import Hands, Keeper
from server.workers.loop import LONGEST_PAUSE, LONGEST_SLEEP, until_due, work_on

SCHEMA = "procession_hints"
QUEUE = "procession"
MOST = 50  # hints that wait at a time: so few that an urgent job does not stand behind many
SOME = 10  # jobs after which a busy worker looks whether hints run out
PACE = 0.01  # seconds until a worker looks again whose turn to write hints it was not, or whose thread found none
_VERSION = version("procrastinate")
# Whoever loses a hint to a crash finds the job by the index, so no hint waits for the disk.
_HERE = text(
    "SELECT set_config('search_path', current_setting('search_path') || ', procession_hints', true),"
    " set_config('synchronous_commit', 'off', true)"
)
_MADE_FOR = "SELECT obj_description(to_regnamespace('procession_hints'), 'pg_namespace')"
_ALIVE = text(
    "SELECT count(*) FROM procession_hints.procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
)
_NOTES = table("procrastinate_jobs", column("queueing_lock"), column("status"), schema=SCHEMA).c
_WAITS = _NOTES.status == literal_column("'todo'")
_WAITING: Select[*tuple[Any, ...]] = select(literal_column("1")).where(_WAITS).limit(MOST)
_queue = JobManager(procrastinate.SyncPsycopgConnector())  # writes through connections of ours only
_log = structlog.get_logger()
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what it has to say is said here, in one line


def is_hinted(job_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition on a job: a hint at it waits for somebody to take it."""
    return exists().where(_NOTES.queueing_lock == job_id, _WAITS)


def write(hints: Sequence[Hint]) -> None:
    """Put hints into the queue, in the transaction that is open."""
    ours = connection()
    ours.execute(_HERE)
    notes = [
        Note(
            queue=QUEUE,
            task_name="do",
            priority=hint.priority,
            lock=None,
            queueing_lock=hint.job_id,
            task_kwargs={"job_id": hint.job_id},
        )
        for hint in hints
    ]
    _queue.batch_defer_jobs(notes, connection=ours.connection.dbapi_connection)


def _address() -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _pool(**given: Any) -> AsyncConnectionPool:
    """Without a question before each statement: who meets a connection that was cut begins anew anyway."""
    return AsyncConnectionPool(**(given | {"check": None}))


class _Connector(procrastinate.PsycopgConnector):
    """Hears our own bell, which rings after a commit and only here: no transaction has to notify anybody."""

    def __init__(self, address: str, size: int) -> None:
        options = f"-c search_path={SCHEMA} -c synchronous_commit=off -c statement_timeout=30s"
        kept = {"options": options, "autocommit": True}  # each of its statements stands alone
        super().__init__(conninfo=address, kwargs=kept, min_size=1, max_size=size + 2, pool_factory=_pool)
        self.rung = asyncio.Event()

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        for channel in channels:
            while True:
                await self.rung.wait()
                self.rung.clear()
                await on_notification(channel=channel, payload=json.dumps({"type": "job_inserted", "job_id": 0}))


class Workers:
    """A worker of procrastinate with so many threads, and a thread that writes hints while one of them is free."""

    def __init__(self, size: int, scope: Scope, settings: Settings, name: str) -> None:
        self._size, self._scope, self._settings, self._name = size, scope, settings, name
        self._stopping = threading.Event()
        self._keeper = Keeper(scope, settings, self._replace)
        self._free: list[Hands] = []
        self._busy: dict[Hands, asyncio.Event] = {}
        self._begun = self._begun_before = 0  # jobs: in all, and when hints were written
        with scope():
            self._connector = _Connector(_address(), size)
        self._threads = [threading.Thread(target=self._serve, name="procrastinate", daemon=True)]
        self._threads.append(threading.Thread(target=self._hint, name="hints", daemon=True))

    def start(self) -> None:
        if not self._size:
            return
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._serving = self._loop.create_task(self._work())
        for _ in range(self._size):
            self._add()
        for thread in self._threads:
            thread.start()
        self._keeper.start()

    def stop(self, timeout: float) -> None:
        self._stopping.set()
        if not self._size:
            return
        end = time.monotonic() + timeout
        bell.ring_here(Bell.JOBS, wakes_all=True)
        self._have_done(self._serving.cancel)
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._keeper.stop()

    def _add(self) -> None:
        hands = Hands()
        self._keeper.watch(hands)
        self._free.append(hands)

    # In the thread that writes hints

    def _hint(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            rung = bell.rung(Bell.JOBS)
            try:
                # One whose threads are all busy with something long leaves it to those who have time.
                sleep = self._write_hints() if self._free or self._begun > self._begun_before else LONGEST_SLEEP
                pause = 0.1
            except Exception as trouble:  # a thread that ends would leave its work to nobody
                _log.error("hints could not be written", worker=self._name, error=str(trouble))
                sleep, pause = pause, min(pause * 2, LONGEST_PAUSE)
            self._have_done(self._connector.rung.set)
            if not self._stopping.is_set():
                bell.wait(Bell.JOBS, rung, sleep)

    def _write_hints(self) -> float:
        """Returns how long to sleep, in seconds, unless the bell rings."""
        self._begun_before = self._begun
        with self._scope():
            waiting = len(connection().execute(_WAITING).all())
            written = jobs.hint(WORKER, MOST - waiting, is_hinted, write) if waiting < MOST else 0
            if written is None:
                return PACE
            # Those who take hints ring when they run out.
            return LONGEST_SLEEP if waiting or written else until_due()

    # In the thread of procrastinate

    def _serve(self) -> None:
        with self._runner, suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serving)

    async def _work(self) -> None:
        """Run a worker, and another when it has ended because the database was away."""
        pause = 0.1
        while not self._stopping.is_set():
            trouble, began = "a part of it failed", time.monotonic()
            try:
                await self._work_for_once()
            except Exception as error:
                trouble = str(error.__cause__ or error)
            _log.error("procrastinate's worker ended", worker=self._name, error=trouble)
            pause = min(pause * 2, LONGEST_PAUSE) if time.monotonic() - began < LONGEST_PAUSE else 0.1
            await asyncio.sleep(pause)

    async def _work_for_once(self) -> None:
        app = self._app()
        try:
            await app.open_async()
            await app.run_worker_async()
        finally:
            await app.close_async()

    def _app(self) -> procrastinate.App:
        lease = self._settings.lease
        defaults: WorkerOptions = {
            "queues": [QUEUE],
            "name": self._name,
            "concurrency": self._size,
            "fetch_job_polling_interval": LONGEST_SLEEP,
            "delete_jobs": "always",
            "install_signal_handlers": False,
            "update_heartbeat_interval": lease / 3,
            "stalled_worker_timeout": 3 * lease,
        }
        app = procrastinate.App(connector=self._connector, worker_defaults=defaults)
        app.task(name="do")(self._do)
        clearing = app.task(name="clear", queue=QUEUE, queueing_lock="clear")(partial(clear, app, 3 * lease))
        app.periodic(cron="* * * * *")(clearing)
        return app

    async def _do(self, job_id: str) -> None:
        hands = self._free.pop()
        self._busy[hands] = over = asyncio.Event()
        self._begun += 1
        if self._begun >= self._begun_before + SOME:
            bell.ring_here(Bell.JOBS)
        # A thread of its own, so that one that hangs can be left behind.
        name = f"{self._name}/{self._begun}"
        threading.Thread(target=self._do_in_thread, args=(name, hands, job_id), name=name, daemon=True).start()
        await over.wait()

    def _finished(self, hands: Hands) -> None:
        over = self._busy.pop(hands, None)
        if over is not None:  # else another has taken its place
            self._free.append(hands)
            over.set()
            self._loop.call_later(PACE, self._ask_for_hints, self._begun)

    def _ask_for_hints(self, begun: int) -> None:
        if self._begun == begun:  # there was none left
            bell.ring_here(Bell.JOBS)

    def _replaced(self, hands: Hands) -> None:
        over = self._busy.pop(hands, None)
        if over is None:
            self._keeper.watch(hands)  # it has come back after all
        else:
            self._add()
            over.set()

    # In other threads

    def _do_in_thread(self, name: str, hands: Hands, job_id: str) -> None:
        try:
            with self._scope():
                work_on(self._settings, name, hands.held, job_id)
        except Exception as trouble:  # the job stands in our table: whoever looks next finds it
            _log.error("a job could not be taken up", worker=name, job=job_id, error=str(trouble))
        self._have_done(partial(self._finished, hands))

    def _replace(self, hands: Hands) -> None:
        self._have_done(partial(self._replaced, hands))

    def _have_done(self, what: Callable[[], object]) -> None:
        """In the thread of procrastinate, unless that has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what)


async def clear(app: procrastinate.App, silent: float, timestamp: int) -> None:
    """Take away the hints of workers that were *silent* for so many seconds: procrastinate keeps them for ever."""
    for note in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        await app.job_manager.finish_job(note, Status.FAILED, delete_job=True)


def prepare() -> bool:
    """Make procrastinate's tables. Those of another version of it go: its hints are written anew."""
    with psycopg.connect(_address()) as ours:
        ours.execute("SELECT pg_advisory_xact_lock(hashtextextended('procession_hints', 0))")
        if _prepared_for(ours) == _VERSION:
            return False
        ours.execute("DROP SCHEMA IF EXISTS procession_hints CASCADE")
        ours.execute("CREATE SCHEMA procession_hints")
        ours.execute("SET LOCAL search_path = procession_hints")
        ours.execute(SchemaManager.get_schema())
        ours.execute(psycopg.sql.SQL("COMMENT ON SCHEMA procession_hints IS {}").format(_VERSION))
        return True


def _prepared_for(ours: psycopg.Connection) -> str | None:
    found = ours.execute(_MADE_FOR).fetchone()
    return None if found is None else found[0]


def examine() -> Iterator[tuple[bool, str]]:
    """Whether its tables are there, and whether any worker of it lives."""
    made_for = connection().scalar(text(_MADE_FOR))
    if made_for != _VERSION:
        there = f"its tables are of {made_for}" if made_for else "it has no tables"
        yield False, f"run `procession upgrade`: procrastinate is {_VERSION}, {there}"
        return
    alive = connection().scalar(_ALIVE)
    yield bool(alive), f"{alive} workers of procrastinate are alive" + ("" if alive else ": start `procession worker`")


DISPATCHER = Dispatcher(Workers, needs_postgresql=True, prepare=prepare, examine=examine)
