"""`procession upgrade`: make the database, or bring it to this version's schema."""

import click

from server import database
from server.app import create_app
from server.settings import Settings


@click.command("upgrade")
@click.option("--write", "words", default=None, help="For maintainers: write the upgrade to what the records say now.")
@click.pass_obj
def command(settings: Settings, words: str | None) -> None:
    """Make the database, or bring its tables to this version. Harmless when there is nothing to do."""
    with create_app(settings).app_context():
        if words is not None:
            upgraded()
            database.write_upgrade(words)
            return
        click.echo("The database has been upgraded." if upgraded() else "The database is up to date.")


def upgraded() -> bool:
    """Upgrade where needed; whether it was."""
    needed = database.needs_upgrade()
    if needed:
        database.upgrade()
    return needed
