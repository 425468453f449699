"""`procession run`: the web and, in the same process, the workers."""

import ctypes
import dataclasses
import gc
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from server.app import create_app
from server.bell import Ear
from server.cli.demonstration import prepare
from server.cli.demonstration.people import sign_ins
from server.cli.parking import ParkingWorker
from server.cli.upgrade import upgraded
from server.commands import clean_up
from server.database import db
from server.errors import Conflict
from server.identity.actor import WORKER
from server.settings import Settings
from server.workers.dispatchers import dispatcher_of

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h


@click.command("run")
@click.option("--host", default=None, help="Address to listen at; 127.0.0.1 unless set.")
@click.option("--port", default=None, type=int, help="Port to listen at; 8000 unless set.")
@click.option(
    "--workers", default=None, type=int, help="Threads for jobs in this process; 0: `procession worker` runs."
)
@click.option("--processes", default=1, show_default=True, help="Web processes (PostgreSQL only).")
@click.option("--demonstration", is_flag=True, help="Sample processes, people with printed passwords, a played past.")
@click.pass_obj
def command(
    settings: Settings, host: str | None, port: int | None, workers: int | None, processes: int, demonstration: bool
) -> None:
    """Upgrade the database and serve until told to stop."""
    settings = dataclasses.replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        workers=settings.workers if workers is None else workers,
        demonstration=demonstration or settings.demonstration,
    )
    if settings.production and settings.demonstration:
        raise click.UsageError("A demonstration has known passwords, so it does not run in production.")
    if processes > 1 and settings.database_url.startswith("sqlite"):
        raise click.UsageError("SQLite has one server process. Set PROCESSION_DATABASE_URL to a PostgreSQL database.")
    _check_port(settings)
    _prepare(settings)
    if settings.outbox is not None:
        click.echo(f"Mails are not sent: each becomes a file in {settings.outbox}")
    url = settings.base_url or f"http://{settings.host}:{settings.port}"
    click.echo(f"Procession is at {url}")
    Server(settings, processes).run()


def _prepare(settings: Settings) -> None:
    """Bring the database to where it can be served. The application for that goes: web processes make their own."""
    with create_app(settings).app_context():
        upgraded(settings)
        if settings.demonstration:
            for line in prepare(settings, Path.cwd()):
                click.echo(line)


def _check_port(settings: Settings) -> None:
    """Raises Conflict before anything is done when somebody else listens there."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise Conflict(f"Nothing can listen at {where} ({error.strerror}). Choose another: PORT=8001.") from error


def _settle_memory() -> None:
    """Keep the process small: what has been loaded stays, so it is not searched for garbage again and again; glibc is
    to hold few arenas for the many threads, and to give back at once the 19 MB that each check of a password takes."""
    gc.collect()
    gc.freeze()
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 2)
        library.mallopt(_M_MMAP_THRESHOLD, 1024 * 1024)
        library.malloc_trim(0)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """gunicorn with threads; each web process is made after the fork and brings its own workers."""

    def __init__(self, settings: Settings, processes: int) -> None:
        self._settings, self._processes = settings, processes
        super().__init__()

    def load_config(self) -> None:
        running = ExitStack()

        def begin(worker: Any) -> None:
            _settle_memory()
            self._start_workers(worker.application, running)

        def end(_: Any, __: Any) -> None:
            running.close()

        options: dict[str, object] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._processes,
            "worker_class": ParkingWorker,
            "threads": self._settings.web_threads,
            "worker_connections": 1000 + self._settings.long_polls,  # those that wait come on top
            "post_worker_init": begin,
            "worker_exit": end,
            "graceful_timeout": 30,
            "timeout": 60,
            "keepalive": 15,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(self._settings)
        if self._settings.demonstration:
            app.config["DEMO_PEOPLE"] = sign_ins()
        return app

    def _start_workers(self, app: Flask, running: ExitStack) -> None:
        """Threads for jobs, and an ear for the rings of other processes; *running* ends them."""
        with app.app_context():
            running.callback(Ear(db.engine).close)
        scope: Callable[[], Any] = app.app_context
        name = f"{socket.gethostname()}:{os.getpid()}"
        workers = dispatcher_of(self._settings).workers(self._settings.workers, scope, self._settings, name)
        with app.app_context():
            clean_up.schedule(WORKER)
        workers.start()
        running.callback(workers.stop, timeout=20)
