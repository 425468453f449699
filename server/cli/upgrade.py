"""`procession upgrade`: make the database, or bring it to this version's schema."""

import click

from server import database
from server.app import create_app
from server.settings import Settings


@click.command("upgrade")
@click.pass_obj
def command(settings: Settings) -> None:
    """Make the database, or bring its tables to this version. Harmless when there is nothing to do."""
    with create_app(settings).app_context():
        click.echo("The database has been upgraded." if upgraded() else "The database is up to date.")


def upgraded() -> bool:
    """Upgrade where needed; whether it was."""
    needed = database.needs_upgrade()
    if needed:
        database.upgrade()
    return needed
