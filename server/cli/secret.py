"""`procession secret ...`: passwords, tokens and keys by name, sealed in the database; none is ever printed."""

import sys

import click

from server.app import create_app
from server.commands import secrets
from server.identity.actor import CONSOLE
from server.identity.sealing import new_key, seal_of
from server.queries import connections as queries
from server.settings import Settings


@click.group("secret")
def command() -> None:
    """Keep what connections need to sign in elsewhere. Models never see it."""


@command.command("set")
@click.argument("name")
@click.pass_obj
def keep(settings: Settings, name: str) -> None:
    """Keep the secret that is typed, or that comes from standard input, under NAME; a last line break is left out."""
    if sys.stdin.isatty():
        value = click.prompt("Secret", hide_input=True, confirmation_prompt=True)
    else:
        value = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    with create_app(settings).app_context():
        secrets.keep(CONSOLE, seal_of(settings), name, value)
    click.echo(f"The secret {name} is kept.")


@command.command("list")
@click.pass_obj
def list_secrets(settings: Settings) -> None:
    """List the names of secrets, when each was changed, and which connections need it."""
    with create_app(settings).app_context():
        for row in queries.secrets(CONSOLE):
            needed = f"needed by {', '.join(row.used_by)}" if row.used_by else "not needed"
            click.echo(f"{row.name:32} {row.changed_at:%Y-%m-%d %H:%M}  {needed}")


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Forget the secret NAME, which no connection needs any more."""
    with create_app(settings).app_context():
        secrets.remove(CONSOLE, name)
    click.echo(f"The secret {name} is removed.")


@command.command("key")
def key() -> None:
    """Print a new key to seal secrets with, for PROCESSION_SECRETS_KEYS or its file."""
    click.echo(new_key())


@command.command("rotate")
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Seal every secret anew with the first of the keys; the others can be taken away then."""
    with create_app(settings).app_context():
        count = secrets.seal_anew(CONSOLE, seal_of(settings))
    click.echo(f"{count} {'secret is' if count == 1 else 'secrets are'} sealed with the newest key.")
