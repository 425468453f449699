"""What happens by itself: jobs a second through worker processes on PostgreSQL, and how soon a due job is begun; with
each dispatcher."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from server import bell, clock
from server.app import create_app
from server.bell import Bell
from server.database import add_rows, db, table, upgrade
from server.records.job import IS_READY, Job
from server.runtime.jobs import new_job
from server.settings import CHOICES, Settings
from server.workers.dispatchers.procrastinate import prepare
from tests.benchmarks.measuring import Figure, p50_p95
from tests.databases.postgresql import SAFE, Cluster, Server

JOBS = 3_000
TIMERS = 1_000_000
LATENCIES = 100
KILL_EVERY = 5  # seconds
ASLEEP = 0.1  # seconds after a job: its worker has looked once more, and sleeps
Process = subprocess.Popen[bytes]


def figures() -> Iterator[Figure]:
    """On a server of its own whose commits are durable."""
    folder = Path(tempfile.mkdtemp(prefix="procession-pg-"))
    server = Server(folder, SAFE)
    server.start()
    try:
        url = Cluster(folder).create("jobs")
        app = create_app(Settings(database_url=url))
        with app.app_context():
            upgrade()
            prepare()
            for dispatcher in CHOICES["dispatcher"]:
                found = [*_many(url, dispatcher), *_soon(url, dispatcher)]
                yield from (Figure(f"{dispatcher}: {each.what}", each.value, each.promised) for each in found)
            _add_timers()
            for dispatcher in CHOICES["dispatcher"]:
                yield from _crowded(url, dispatcher)
            db.session.remove()
            db.engine.dispose()
    finally:
        server.remove()


def _many(url: str, dispatcher: str) -> Iterator[Figure]:
    for count in (1, 2, 4):
        with _workers(url, dispatcher, count) as processes:
            rate, work = _drained(processes)
        promised = "400/s" if count == 1 else ""
        yield Figure(f"jobs through {count} worker process{'es' if count > 1 else ''}", f"{rate:.0f}/s", promised)
        yield Figure(f"CPU of {'its process' if count == 1 else 'their processes'} a job", f"{work:.1f} ms")
    with _workers(url, dispatcher, 2) as processes:
        rate, _ = _drained(processes, lambda: _worker(url, dispatcher))
        yield Figure("the same through 2, one killed every 5 s and started anew", f"{rate:.0f}/s")


def _soon(url: str, dispatcher: str) -> Iterator[Figure]:
    with _workers(url, dispatcher, 1):
        taken = []
        for _ in range(LATENCIES):
            time.sleep(ASLEEP)
            _add(1, clock.now())
            began = time.perf_counter()
            bell.ring(Bell.JOBS, db.engine)
            while _due():
                time.sleep(0.0005)
            taken.append((time.perf_counter() - began) * 1000)
    yield Figure("from commit to done, the worker asleep in another process (p50/p95)", p50_p95(taken), "15 ms")


def _add_timers() -> None:
    _add(1, clock.now() + timedelta(days=30))
    columns = [column.name for column in table(Job).columns if column.name != "id"]
    named = ", ".join(columns)
    db.session.execute(
        text(
            f"INSERT INTO job (id, {named}) SELECT lpad(nth::text, 13, '0'), {named}"  # noqa: S608 # our own columns
            " FROM (SELECT * FROM job WHERE kind = 'signal' LIMIT 1) AS job, generate_series(2, :count) AS nth"
        ),
        {"count": TIMERS},
    )
    db.session.execute(text("ANALYZE job"))
    db.session.commit()


def _crowded(url: str, dispatcher: str) -> Iterator[Figure]:
    with _workers(url, dispatcher, 1) as processes:
        rate, _ = _drained(processes)
    yield Figure(f"{dispatcher}: jobs through 1 process beside {TIMERS:,} pending timers", f"{rate:.0f}/s", "400/s")


def _drained(processes: list[Process], another: Callable[[], Process] | None = None) -> tuple[float, float]:
    """Jobs a second, and milliseconds of CPU a job, until all that were added at once are done; if there is *another*,
    it takes the place of one that is killed, every few seconds."""
    before = sum(_seconds(process.pid) for process in processes)
    _add(JOBS, clock.now())
    began = time.perf_counter()
    bell.ring(Bell.JOBS, db.engine)
    killed = began
    while _due():
        time.sleep(0.01)
        if another is not None and time.perf_counter() - killed > KILL_EVERY:
            killed = time.perf_counter()
            victim = processes.pop(0)
            victim.kill()
            victim.wait()
            processes.append(another())
    took = time.perf_counter() - began
    work = sum(_seconds(process.pid) for process in processes) - before
    return JOBS / took, work * 1000 / JOBS


def _add(count: int, due: datetime) -> None:
    """Signals that nobody waits for: each costs a claim, a step and a settlement, and nothing else."""
    moment = clock.now()
    add_rows(Job, [new_job("signal", due, moment, {"name": "news", "payload": {}}) for _ in range(count)])
    db.session.commit()


def _due() -> int:
    db.session.rollback()
    # Written as the index of ready jobs is: counting must not read a million timers over and over.
    return db.session.scalar(select(func.count()).select_from(Job).where(IS_READY, Job.due_at <= clock.now())) or 0


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _workers(url: str, dispatcher: str, count: int) -> Iterator[list[Process]]:
    processes = [_worker(url, dispatcher) for _ in range(count)]
    for process in processes:
        _await_line(process)
    time.sleep(1)
    try:
        yield processes
    finally:
        _end(processes)


def _worker(url: str, dispatcher: str) -> Process:
    command = [str(Path(sys.executable).parent / "procession"), "worker", "--threads", "2"]
    environment = os.environ | {"PROCESSION_DATABASE_URL": url, "PROCESSION_DISPATCHER": dispatcher}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603 # our own program


def _await_line(process: Process) -> None:
    assert process.stdout is not None
    process.stdout.readline()


def _end(processes: Sequence[Process]) -> None:
    with ExitStack() as ending:
        for process in processes:
            ending.callback(process.wait, 40)
            process.send_signal(signal.SIGTERM)
