"""`procession demo`: play the demonstration once more."""

from pathlib import Path

import click

from server.app import create_app
from server.cli.demonstration import play, prepare
from server.cli.upgrade import upgraded
from server.settings import Settings


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="The same seed plays the same story.")
@click.pass_obj
def command(settings: Settings, seed: int) -> None:
    """Play the six sample processes by different people: some forty instances, as a database of people at work has."""
    if settings.production:
        raise click.UsageError("The demonstration makes people with known passwords, so it does not run in production.")
    with create_app(settings).app_context():
        upgraded(settings)
        for line in prepare(settings, Path.cwd(), play_first=False):
            click.echo(line)
        click.echo(f"{play(settings, seed)} process instances were played.")
