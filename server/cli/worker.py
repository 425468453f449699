"""`procession worker`: only the work that runs by itself, without the web."""

import os
import signal
import socket
import threading

import click

from server.app import create_app
from server.bell import Ear
from server.commands import clean_up
from server.database import db
from server.identity.actor import WORKER
from server.settings import Settings
from server.workers.dispatchers import dispatcher_of


@click.command("worker")
@click.option("--threads", default=4, show_default=True, help="How many jobs are done at once.")
@click.pass_obj
def command(settings: Settings, threads: int) -> None:
    """Run timers, connectors and deliveries until told to stop (SIGTERM finishes what has begun)."""
    if settings.database_url.startswith("sqlite"):
        click.echo("SQLite has one server process: `procession run` has the workers in it.", err=True)
        raise SystemExit(1)
    app = create_app(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    name = f"{socket.gethostname()}:{os.getpid()}"
    workers = dispatcher_of(settings).workers(threads, app.app_context, settings, name)
    with app.app_context():
        ear = Ear(db.engine)
        clean_up.schedule(WORKER)
    workers.start()
    click.echo(f"{threads} workers are waiting for jobs.")
    while not stopping.wait(1):  # a signal that another thread got is heeded when this one wakes
        pass
    workers.stop(timeout=30)
    ear.close()
