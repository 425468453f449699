"""Which dispatcher an installation has: the one that is set, if what it needs is there."""

import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from server.cli import doctor
from server.cli.upgrade import upgraded
from server.errors import Invalid
from server.settings import CHOICES, Settings, read_settings
from server.workers.dispatch import Dispatcher
from server.workers.dispatchers import dispatcher_of
from tests.workers.dispatchers.conftest import ON_SQLITE, PROCRASTINATE

FOLDER = Path(__file__).parents[3] / "server" / "workers" / "dispatchers"
ON_SERVER = "postgresql://localhost/any"


def test_every_dispatcher_that_may_be_chosen_has_its_file_and_every_file_may_be_chosen() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert files == set(CHOICES["dispatcher"])
    for name in files:
        assert isinstance(dispatcher_of(Settings(database_url=ON_SERVER, dispatcher=name)), Dispatcher)


def test_a_dispatcher_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid, match="PROCESSION_DISPATCHER is 'celery'; write one of embedded, procrastinate"):
        read_settings({"PROCESSION_DISPATCHER": "celery"})


def test_procrastinate_on_sqlite_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid, match="needs PostgreSQL, and PROCESSION_DATABASE_URL is SQLite: set it to"):
        dispatcher_of(Settings(dispatcher="procrastinate"))


def test_procrastinate_without_its_package_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "server.workers.dispatchers.procrastinate", raising=False)
    monkeypatch.setitem(sys.modules, "procrastinate", None)  # as where it is not installed
    with pytest.raises(Invalid, match="needs the package procrastinate: install procession\\[procrastinate\\]"):
        dispatcher_of(Settings(database_url=ON_SERVER, dispatcher="procrastinate"))


@ON_SQLITE
def test_the_doctor_names_a_dispatcher_that_the_installation_cannot_have(settings: Settings) -> None:
    wrong = Settings(database_url=settings.database_url, files_path=settings.files_path, dispatcher="procrastinate")
    said = CliRunner().invoke(doctor.command, obj=wrong).output
    assert "MEND  PROCESSION_DISPATCHER=procrastinate needs PostgreSQL" in said


@PROCRASTINATE
def test_the_doctor_says_that_no_worker_is_alive(app: Flask, settings: Settings) -> None:
    said = (False, "0 workers of procrastinate are alive: start `procession worker`")
    assert said in doctor.examine(settings)


@PROCRASTINATE
def test_an_upgrade_makes_what_the_dispatcher_keeps_and_is_harmless_when_repeated(
    app: Flask, settings: Settings
) -> None:
    with psycopg.connect(settings.database_url) as database:
        database.execute("DROP SCHEMA procession_hints CASCADE")
    assert upgraded(settings)
    assert not upgraded(settings)
