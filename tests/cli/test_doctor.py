"""`procession doctor` names what falls short in an installation, and says so by its exit code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from server import clock
from server.cli import doctor
from server.commands import calendars
from server.commands.calendars import Hours
from server.database import db
from server.identity.actor import CONSOLE
from server.records.job import Job
from server.runtime.jobs import new_job
from server.settings import Settings
from tests import databases


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with databases.copy("sqlite", tmp_path, lambda: None) as url:
        settings = Settings(database_url=url, files_path=tmp_path / "files")
        with databases.running(settings):
            yield settings


def _said(settings: Settings) -> str:
    return CliRunner().invoke(doctor.command, obj=settings).output


def _add(seconds: float, **columns: object) -> None:
    moment = clock.now()
    row = new_job("signal", moment - timedelta(seconds=seconds), moment, {"name": "news", "payload": {}})
    db.session.execute(insert(Job), [row | columns])
    db.session.commit()


def test_nothing_is_wrong_where_nothing_is_due(settings: Settings) -> None:
    said = _said(settings)
    assert "ok    workers keep up with what is due" in said
    assert "ok    0 jobs are not tried any more" in said
    assert "ok    this machine's clock is right" in said


def test_a_job_that_nobody_takes_up_is_told_with_what_to_do(settings: Settings) -> None:
    _add(seconds=300)
    assert "MEND  a job has been due for 30" in _said(settings)
    assert "start a worker" in _said(settings)


def test_a_job_that_has_just_become_due_is_nothing_to_mend(settings: Settings) -> None:
    _add(seconds=1)
    assert "ok    workers keep up" in _said(settings)


def test_a_job_whose_attempts_are_used_up_is_told(settings: Settings) -> None:
    _add(seconds=0, state="dead")
    assert "MEND  1 jobs are not tried any more" in _said(settings)


def test_a_clock_that_is_wrong_is_told(settings: Settings) -> None:
    clock.follow(datetime.now(UTC) + timedelta(minutes=10))
    try:
        assert "MEND  this machine's clock and the database's are 600 seconds apart" in _said(settings)
    finally:
        clock.follow(datetime.now(UTC))


def test_a_calendar_of_the_installation_that_is_not_there_is_told(settings: Settings) -> None:
    other = replace(settings, calendar="office")
    assert 'MEND  there is no calendar "office"' in _said(other)
    with databases.running(settings):
        calendars.create(CONSOLE, "office", Hours("Office", "Europe/Berlin", {"monday": "9:00-17:00"}))
    assert "ok    processes count by the calendar office" in _said(other)


def test_a_disk_with_little_room_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOM", 10**9)
    assert "MiB are free where files are kept: make room" in _said(settings)
