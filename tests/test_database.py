"""Connections: which one is used next, and when it is asked whether it lives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from server import database
from server.database import db
from server.settings import Settings
from tests import databases


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(kind: str, tmp_path: Path) -> Iterator[Flask]:
    with (
        databases.copy(kind, tmp_path, _empty) as url,
        databases.running(Settings(database_url=url, files_path=tmp_path)) as app,
    ):
        yield app


def _empty() -> None:
    """Connections need no rows."""


def test_the_connection_that_was_given_back_last_is_used_next(app: Flask) -> None:
    first, second = db.engine.connect(), db.engine.connect()
    last = first.connection.dbapi_connection
    second.close()
    first.close()
    with db.engine.connect() as connection:
        assert connection.connection.dbapi_connection is last


@databases.ONLY_POSTGRESQL
def test_a_connection_that_was_used_just_now_is_taken_to_be_alive(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen by what it costs: one that was cut is met by whoever comes first, and by nobody after."""
    monkeypatch.setattr(database, "_TRUSTED", 60.0)
    _cut_after_use()
    with pytest.raises(DBAPIError, match="terminating connection"), db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


@databases.ONLY_POSTGRESQL
def test_a_connection_that_lay_idle_is_asked_and_nobody_meets_one_that_was_cut(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_TRUSTED", 0.0)
    made: list[object] = []
    _cut_after_use()
    event.listen(db.engine, "connect", lambda connection, _: made.append(connection))
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert len(made) == 1


def _cut_after_use() -> None:
    """Leave a connection in the pool, to be used next, that was used just now and is cut."""
    kept, other = db.engine.connect(), db.engine.connect()
    number = kept.scalar(text("SELECT pg_backend_pid()"))
    kept.rollback()
    other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
    other.close()
    kept.close()
