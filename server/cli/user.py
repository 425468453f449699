"""`procession user ...`: people and groups; the first administrator can be made here only."""

import click

from server.app import create_app
from server.commands import groups, people
from server.identity.actor import CONSOLE
from server.identity.permissions import Role
from server.queries.administration import people_list
from server.settings import Settings

_ROLES = click.Choice([role.value for role in Role])
_PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 10 signs."
)


@click.group("user")
def command() -> None:
    """Create people, change what they may do, give them new passwords."""


@command.command("create")
@click.argument("name")
@click.option("--full-name", required=True, help="How people call them.")
@click.option("--role", "roles", multiple=True, type=_ROLES, default=("participant",), help="May be given repeatedly.")
@click.option("--email", default=None)
@click.option("--zone", default="UTC", help="Time zone, such as Europe/Berlin.")
@_PASSWORD
@click.pass_obj
def create(
    settings: Settings, name: str, full_name: str, roles: tuple[str, ...], email: str | None, zone: str, password: str
) -> None:
    """Create somebody who signs in as NAME."""
    with create_app(settings).app_context():
        people.create(CONSOLE, name, full_name, password, roles, email, zone)
    click.echo(f"{full_name} can sign in as {name}.")


@command.command("password")
@click.argument("name")
@_PASSWORD
@click.pass_obj
def password(settings: Settings, name: str, password: str) -> None:
    """Give NAME a new password and sign them out everywhere."""
    with create_app(settings).app_context():
        people.set_password(CONSOLE, name, password)
    click.echo(f"{name} has a new password.")


@command.command("deactivate")
@click.argument("name")
@click.option("--reason", default="")
@click.pass_obj
def deactivate(settings: Settings, name: str, reason: str) -> None:
    """NAME cannot sign in any more; what they did stays."""
    with create_app(settings).app_context():
        people.deactivate(CONSOLE, name, reason)
    click.echo(f"{name} cannot sign in any more.")


@command.command("join")
@click.argument("name")
@click.argument("group")
@click.option("--leads", is_flag=True, help="May delegate and reassign the group's work.")
@click.pass_obj
def join(settings: Settings, name: str, group: str, leads: bool) -> None:
    """Put NAME into GROUP."""
    with create_app(settings).app_context():
        groups.add_member(CONSOLE, group, name, leads)
    click.echo(f"{name} is in {group}.")


@command.command("list")
@click.pass_obj
def list_people(settings: Settings) -> None:
    """List people, their roles and groups."""
    with create_app(settings).app_context():
        for person in people_list(CONSOLE):
            mark = "" if person.active else " (inactive)"
            click.echo(f"{person.id:20} {person.name:24} {', '.join(person.roles)}{mark}")
