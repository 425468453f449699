"""`procession message NAME`: bring a message to the one who waits for it."""

import click

from server.app import create_app
from server.cli.variables import read_variables
from server.commands import messages
from server.identity.actor import CONSOLE
from server.settings import Settings


@click.command("message")
@click.argument("name")
@click.option("--key", help="The correlation key; without it what is in the message may tell it.")
@click.option("--values", default="{}", help='What is in it, as JSON: {"amount": 500}; - reads standard input.')
@click.option("--once", help="A key of its own: the same message under it is received once in a week.")
@click.option(
    "--time-to-live", type=click.IntRange(min=0), help="Seconds that it waits where nobody does yet; 0: none."
)
@click.pass_obj
def command(
    settings: Settings, name: str, key: str | None, values: str, once: str | None, time_to_live: int | None
) -> None:
    """Bring the message NAME to its one receiver, or have it wait."""
    content = read_variables(values)
    with create_app(settings).app_context():
        instance_id = messages.send(CONSOLE, name, content, key, time_to_live, once)
    click.echo(f"It reached {instance_id}." if instance_id else "Nobody waits for it yet, so it waits itself.")
