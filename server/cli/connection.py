"""`procession connection ...`: how connectors reach other systems, under names that models use."""

from pathlib import Path

import click

from server.app import create_app
from server.commands import connections
from server.connectors import CONNECTORS
from server.connectors.calling import try_out
from server.connectors.connection import Field
from server.identity.actor import CONSOLE
from server.identity.sealing import seal_of
from server.queries import connections as queries
from server.settings import Settings


@click.group("connection")
def command() -> None:
    """Keep connections: address, way of signing in, names of secrets."""


@command.command("set")
@click.argument("name")
@click.argument("connector", type=click.Choice(sorted(CONNECTORS)))
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE | FIELD=@FILE]...")
@click.pass_obj
def keep(settings: Settings, name: str, connector: str, fields: tuple[str, ...]) -> None:
    """Keep a connection of CONNECTOR under NAME, in place of what stood there. A secret field takes a secret's name."""
    given = dict(_pair(each) for each in fields)
    with create_app(settings).app_context():
        connections.keep(CONSOLE, name, connector, given)
    click.echo(f"The connection {name} is kept.")


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"{text} is no FIELD=VALUE.")
    if not value.startswith("@"):
        return key, value
    try:
        return key, Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{value[1:]} cannot be read: {error}.") from error


@command.command("fields")
@click.argument("connector", type=click.Choice(sorted(CONNECTORS)))
def fields(connector: str) -> None:
    """List what a connection of CONNECTOR holds."""
    for field in CONNECTORS[connector].fields:
        click.echo(f"{field.key:16} {_described(field)}")


def _described(field: Field) -> str:
    marks = [mark for mark, holds in (("required", field.required), ("name of a secret", field.secret)) if holds]
    choices = f"one of {', '.join(field.choices)}" if field.choices else ""
    return " ".join(filter(None, (f"{field.label}.", field.hint, choices, f"({', '.join(marks)})" if marks else "")))


@command.command("list")
@click.pass_obj
def list_connections(settings: Settings) -> None:
    """List connections and what they hold."""
    with create_app(settings).app_context():
        for row in queries.connections(CONSOLE):
            held = ", ".join(f"{key}={value.splitlines()[0][:60]}" for key, value in row.settings.items())
            click.echo(f"{row.name:24} {row.connector:8} {held}")


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Forget the connection NAME."""
    with create_app(settings).app_context():
        connections.remove(CONSOLE, name)
    click.echo(f"The connection {name} is removed.")


@command.command("try")
@click.argument("name")
@click.pass_obj
def try_connection(settings: Settings, name: str) -> None:
    """See whether the other end of NAME answers, without doing anything there; exit code 1 if it does not."""
    with create_app(settings).app_context():
        connector = queries.connection(CONSOLE, name).connector
        opened = connections.open_to_try(CONSOLE, seal_of(settings), name, connector)
        click.echo(try_out(connector, opened, settings))
