"""The databases that tests run on: SQLite files, and a PostgreSQL server of the tests' own.

A folder's conftest says how its database is settled; every test then gets a copy of that, on each kind of database.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from server import database
from server.app import create_app
from server.settings import Settings
from tests.databases.postgresql import cluster

KINDS = ("sqlite", "postgresql")
ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
Settle = Callable[[], None]
_numbers = count(1)


@contextmanager
def copy(kind: str, folder: Path, settle: Settle) -> Iterator[str]:
    """The URL of a database of its own, upgraded and settled; what is in *folder* stays there for the test to see."""
    original = _settled(kind, settle)
    if kind == "sqlite":
        path = folder / "test.sqlite"
        shutil.copy(original, path)
        yield f"sqlite:///{path}"
        return
    name = f"test{next(_numbers)}"
    yield cluster().create(name, original)
    cluster().drop(name)


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    """The application on a database; in the end nothing of it is connected any more."""
    app = create_app(settings)
    with app.app_context():
        yield app
        database.db.session.remove()
        database.db.engine.dispose()


@cache
def _settled(kind: str, settle: Settle) -> str:
    """A database to copy from, made once for each kind and each way to settle it: its file, or its name."""
    if kind == "postgresql":
        name = f"settled{next(_numbers)}"
        _settle(cluster().create(name), settle)
        return name
    path = Path(tempfile.mkdtemp(prefix="procession-")) / "settled.sqlite"
    _settle(f"sqlite:///{path}", settle)
    return str(path)


def _settle(url: str, settle: Settle) -> None:
    with running(Settings(database_url=url)):
        database.upgrade()
        settle()
        if url.startswith("sqlite"):
            database.db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
