"""`procession token ...`: tokens of programs; the secret is printed once."""

from datetime import timedelta

import click

from server import clock
from server.app import create_app
from server.commands import people, tokens
from server.commands.tokens import NewToken
from server.identity.actor import CONSOLE
from server.identity.permissions import Role
from server.queries import tokens as queries
from server.settings import Settings

_ROLES = click.Choice([role.value for role in Role])


@click.group("token")
def command() -> None:
    """Make programs, and the tokens by which they may ask and do things."""


@command.command("program")
@click.argument("name")
@click.option("--full-name", required=True, help="What it is called on the pages.")
@click.option("--role", "roles", multiple=True, type=_ROLES, required=True, help="May be given repeatedly.")
@click.pass_obj
def program(settings: Settings, name: str, full_name: str, roles: tuple[str, ...]) -> None:
    """Create the account NAME for a program: without a password, it acts by tokens only."""
    with create_app(settings).app_context():
        people.create_program(CONSOLE, name, full_name, roles)
    click.echo(f"{full_name} is there. Make a token: procession token create {name} --for ...")


@command.command("create")
@click.argument("program")
@click.option("--for", "name", required=True, help="What it is for, such as invoice worker.")
@click.option("--role", "roles", multiple=True, type=_ROLES, help="Only these of its roles; all unless given.")
@click.option("--process", "process_keys", multiple=True, help="Only processes of these keys; all unless given.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, tokens.LONGEST.days))
@click.pass_obj
def create(
    settings: Settings, program: str, name: str, roles: tuple[str, ...], process_keys: tuple[str, ...], days: int
) -> None:
    """Print a new token for PROGRAM. It is not kept and cannot be printed again."""
    with create_app(settings).app_context():
        new = NewToken(name, clock.now() + timedelta(days=days), roles, process_keys)
        click.echo(tokens.create_for(CONSOLE, program, new).secret)


@command.command("revoke")
@click.argument("token_id", metavar="ID")
@click.pass_obj
def revoke(settings: Settings, token_id: str) -> None:
    """Have the token ID (see `list`) be good for nothing from now on."""
    with create_app(settings).app_context():
        tokens.revoke(CONSOLE, token_id)
    click.echo("The token is revoked.")


@command.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """List every token: its id, whose it is, what it is for, until when, and when it was used last."""
    with create_app(settings).app_context():
        for row in queries.listed(CONSOLE, clock.now()):
            used = f"used {row.seen_at:%Y-%m-%d %H:%M}" if row.seen_at else "never used"
            click.echo(f"{row.id} {row.person_id:20} {row.name:24} {row.state:8} {row.expires_at:%Y-%m-%d}  {used}")
