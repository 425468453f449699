"""`procession audit` prints the head, and verifies the log with an exit code that a script understands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from server.cli.audit import command
from server.commands import groups
from server.database import db, upgrade
from server.identity.actor import CONSOLE
from server.settings import Settings
from tests import databases


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.sqlite")
    with databases.running(settings):
        upgrade()
        for name in ("clerks", "buyers", "payers"):
            groups.create(CONSOLE, name, name)
        yield settings


def audit(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings)


def test_the_printed_head_is_what_verify_takes(settings: Settings) -> None:
    printed = audit(settings, "head").output.strip()
    assert printed.startswith("3:")
    groups.create(CONSOLE, "later", "Later")
    done = audit(settings, "verify", "--head", printed)
    assert (done.exit_code, done.output) == (0, "4 entries are as they were written. The last is 4.\n")


def test_a_changed_entry_is_named_with_exit_code_1(settings: Settings) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE id = 2"))
    done = audit(settings, "verify")
    assert (done.exit_code, done.output) == (1, "Entry 2 was changed.\n")
    assert audit(settings, "verify", "--from", "3").exit_code == 0


@pytest.mark.parametrize("kept", ["3", "3:abc", f"x:{'0' * 64}"])
def test_a_head_that_was_never_printed_is_not_understood(settings: Settings, kept: str) -> None:
    done = audit(settings, "verify", "--head", kept)
    assert done.exit_code == 2
    assert "procession audit head" in done.output


def test_a_head_of_another_log_does_not_fit(settings: Settings) -> None:
    done = audit(settings, "verify", "--head", f"2:{'0' * 64}")
    assert done.exit_code == 1
    assert "Entry 2 is not the one whose hash was kept" in done.output
