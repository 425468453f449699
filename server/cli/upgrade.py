"""`procession upgrade`: make the database, or bring it to this version's schema."""

import click

from server import database
from server.app import create_app
from server.settings import Settings
from server.workers.dispatchers import dispatcher_of


@click.command("upgrade")
@click.option("--write", "words", default=None, help="For maintainers: write the upgrade to what the records say now.")
@click.pass_obj
def command(settings: Settings, words: str | None) -> None:
    """Make the database, or bring its tables to this version. Harmless when there is nothing to do."""
    with create_app(settings).app_context():
        if words is not None:
            upgraded(settings)
            database.write_upgrade(words)
            return
        click.echo("The database has been upgraded." if upgraded(settings) else "The database is up to date.")


def upgraded(settings: Settings) -> bool:
    """Upgrade where needed, also what the dispatcher keeps; whether it was. Raises Invalid when it lacks something."""
    dispatcher = dispatcher_of(settings)
    needed = database.needs_upgrade()
    if needed:
        database.upgrade()
    return dispatcher.prepare() or needed
