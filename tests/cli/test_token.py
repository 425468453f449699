"""`procession token` makes programs and tokens, lists and revokes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server import clock
from server.cli.token import command
from server.database import db, upgrade
from server.queries.sessions import bearer
from server.settings import Settings
from tests import databases


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.sqlite")
    with databases.running(settings):
        upgrade()
        yield settings


def token(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings, catch_exceptions=True)


def test_the_printed_token_acts_for_the_program_until_it_is_revoked(settings: Settings) -> None:
    assert token(settings, "program", "robot", "--full-name", "Robot", "--role", "participant").exit_code == 0
    secret = token(settings, "create", "robot", "--for", "tests", "--process", "purchase").output.strip()
    found = bearer(secret, clock.now())
    assert found is not None
    assert (found.actor.id, found.actor.process_keys) == ("robot", frozenset({"purchase"}))
    listed = token(settings, "list").output
    assert "never used" in listed
    assert secret not in listed
    assert token(settings, "revoke", listed.split()[0]).exit_code == 0
    db.session.rollback()
    assert bearer(secret, clock.now()) is None


def test_a_token_of_more_than_a_year_is_not_understood(settings: Settings) -> None:
    assert token(settings, "create", "robot", "--for", "tests", "--days", "400").exit_code == 2
