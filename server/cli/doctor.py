"""`procession doctor`: what is right and what is not with this installation."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from server import clock, database
from server.app import WEB, create_app
from server.errors import Rejection
from server.identity.actor import CONSOLE
from server.identity.sealing import seal_of
from server.queries import calendars, connections, jobs, operations
from server.settings import Settings
from server.workers.dispatchers import dispatcher_of

LATE = 60  # seconds: a worker that is alive begins what is due within one
WRONG = 5  # seconds
MIB, ROOM = 1024 * 1024, 500


@click.command("doctor")
@click.pass_obj
def command(settings: Settings) -> None:
    """Check the installation; a line for each thing, exit code 1 when something must be mended."""
    app = create_app(settings)
    with app.app_context():
        findings = list(examine(settings))
    for good, text in findings:
        click.echo(f"{'ok  ' if good else 'MEND'}  {text}")
    if not all(good for good, _ in findings):
        raise SystemExit(1)


def examine(settings: Settings) -> Iterator[tuple[bool, str]]:
    """(is it right, what it is) for each thing that can be wrong."""
    yield from _schema()
    yield from _dispatcher(settings)
    manifest = WEB / "static" / "manifest.json"
    yield manifest.exists(), "the browser's files are built" if manifest.exists() else "run `make build`: no islands"
    yield _writable(settings.files_path)
    yield _room(settings.files_path)
    if settings.production:
        yield bool(settings.secret_key), "PROCESSION_SECRET_KEY is set" if settings.secret_key else "set a secret key"
        secure = settings.base_url.startswith("https://")
        yield secure, "PROCESSION_BASE_URL is https" if secure else "set PROCESSION_BASE_URL to your https address"
    yield True, _mail(settings)
    yield from _secrets(settings)
    yield from _calendar(settings.calendar)


def _schema() -> Iterator[tuple[bool, str]]:
    try:
        current = not database.needs_upgrade()
        yield current, "the database is up to date" if current else "run `procession upgrade`: the schema is older"
        if current:
            yield from _jobs()
            yield _clock()
    except (Rejection, SQLAlchemyError) as error:
        yield False, f"the database: {str(error).splitlines()[0]}"


def _jobs() -> Iterator[tuple[bool, str]]:
    """Whether workers keep up, and what waits for a person."""
    strip, due = operations.strip(CONSOLE), jobs.next_due()
    yield True, f"{strip.incidents} open incidents"
    yield (
        not strip.dead_jobs,
        f"{strip.dead_jobs} jobs are not tried any more"
        + (": see Operations, Jobs and timers" if strip.dead_jobs else ""),
    )
    late = max(0.0, (clock.now() - due).total_seconds()) if due is not None else 0.0
    kept_up = late <= LATE
    yield (
        kept_up,
        (
            "workers keep up with what is due"
            if kept_up
            else f"a job has been due for {late:.0f} seconds: start a worker, or more of them (`procession worker`)"
        ),
    )


def _dispatcher(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Whether what has jobs done has what it needs."""
    try:
        yield from dispatcher_of(settings).examine()
    except (Rejection, SQLAlchemyError) as error:
        yield False, str(error).splitlines()[0]


def _clock() -> tuple[bool, str]:
    """Everybody goes by the database's clock, but logs and certificates go by this machine's."""
    ahead = clock.ahead()
    good = abs(ahead) <= WRONG
    return good, (
        "this machine's clock is right"
        if good
        else f"this machine's clock and the database's are {abs(ahead):.0f} seconds apart: have both set by NTP"
    )


def _room(folder: Path) -> tuple[bool, str]:
    there = folder if folder.exists() else folder.absolute().parent
    free = shutil.disk_usage(there).free // MIB if there.exists() else 0
    return free >= ROOM, f"{free:,} MiB are free where files are kept" + ("" if free >= ROOM else ": make room")


def _secrets(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Whether the secrets that are kept can be opened; without any, no key is needed yet."""
    try:
        if connections.secrets(CONSOLE):
            closed = connections.unopened(CONSOLE, seal_of(settings))
            yield not closed, f"no key opens these secrets: {', '.join(closed)}" if closed else "secrets can be opened"
    except (Rejection, SQLAlchemyError) as error:
        yield False, f"the secrets: {str(error).splitlines()[0]}"


def _calendar(key: str) -> Iterator[tuple[bool, str]]:
    """Whether the calendar by which processes count that name none is there; without it they cannot be deployed."""
    if not key:
        return
    try:
        there = any(row.key == key for row in calendars.calendars(CONSOLE))
        yield (
            there,
            f"processes count by the calendar {key}"
            if there
            else f'there is no calendar "{key}": add it (Administration, Calendars), or change PROCESSION_CALENDAR',
        )
    except (Rejection, SQLAlchemyError) as error:
        yield False, f"the calendars: {str(error).splitlines()[0]}"


def _writable(folder: Path) -> tuple[bool, str]:
    there = folder if folder.exists() else folder.absolute().parent
    good = os.access(there, os.W_OK)
    return good, f"files are kept in {folder}" if good else f"files cannot be written to {folder}: change its owner"


def _mail(settings: Settings) -> str:
    if settings.outbox is not None:
        return f"mails are written into {settings.outbox}, none is sent"
    if settings.mail_server:
        safely = "without TLS" if settings.mail_tls == "none" else f"with TLS ({settings.mail_tls})"
        signed_in = f", signed in as {settings.mail_user}" if settings.mail_user else ""
        return f"mail goes through {settings.mail_server} {safely}{signed_in}"
    return "no mail server is set: mail connectors end in incidents"
