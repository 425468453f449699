"""`procession audit ...`: whether the audit log is the one that was written, and what to keep elsewhere to prove it."""

import re

import click

from server.app import create_app
from server.identity.actor import CONSOLE
from server.queries import audit_chain
from server.queries.audit_chain import Head
from server.settings import Settings

_HEAD = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


@click.group("audit")
def command() -> None:
    """Check the audit log, whose entries are chained by hashes."""


@command.command("head")
@click.pass_obj
def head(settings: Settings) -> None:
    """Print the last entry's number and hash as NUMBER:HASH, to be kept where nobody here can write."""
    with create_app(settings).app_context():
        found = audit_chain.head(CONSOLE)
    click.echo(f"{found.number}:{found.hash}")


@command.command("verify")
@click.option("--from", "first", default=1, show_default=True, help="Begin with this entry; those before are trusted.")
@click.option("--head", "kept", default=None, metavar="NUMBER:HASH", help="What `procession audit head` once printed.")
@click.pass_obj
def verify(settings: Settings, first: int, kept: str | None) -> None:
    """Walk the chain and name the first entry that was changed, taken away, added or moved; then exit code 1."""
    wanted = _kept(kept) if kept is not None else None
    with create_app(settings).app_context():
        verdict = audit_chain.verify(CONSOLE, first, wanted)
    if verdict.wrong:
        click.echo(verdict.wrong, err=True)
        raise SystemExit(1)
    click.echo(f"{verdict.looked_at} entries are as they were written. The last is {verdict.last.number}.")


def _kept(text: str) -> Head:
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise click.UsageError("--head takes what `procession audit head` prints: a number, a colon, 64 hex digits.")
    return Head(int(found[1]), found[2])
