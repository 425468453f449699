"""`procession signal NAME`: have everybody who listens hear a signal."""

import click

from server.app import create_app
from server.cli.variables import read_variables
from server.commands import signals
from server.identity.actor import CONSOLE
from server.settings import Settings


@click.command("signal")
@click.argument("name")
@click.option("--values", default="{}", help='What is in it, as JSON: {"amount": 500}; - reads standard input.')
@click.pass_obj
def command(settings: Settings, name: str, values: str) -> None:
    """Have everybody who listens to the signal NAME hear it, each by a job of its own."""
    content = read_variables(values)
    with create_app(settings).app_context():
        count = signals.send(CONSOLE, name, content)
    click.echo(f"{count} {'listens' if count == 1 else 'listen'} to it.")
