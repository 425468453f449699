"""A real application on a fresh SQLite database, with people and a deployed process in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server import database
from server.app import create_app
from server.settings import Settings
from server.web.security import limiter
from tests.web import purchases


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people and the process in it, made once; each test works on a copy."""
    path = tmp_path_factory.mktemp("settled") / "test.sqlite"
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    with app.app_context():
        database.upgrade()
        purchases.settle()
        database.db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        database.db.session.remove()
        database.db.engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, settled: Path) -> Settings:
    path = tmp_path / "test.sqlite"
    shutil.copy(settled, path)
    # However slow the machine is, ten tries fit into an hour.
    return Settings(
        database_url=f"sqlite:///{path}",
        files_path=tmp_path / "files",
        upload_limit=2000,
        sign_in_limit="10 per hour",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # its own tests turn it on again
    limiter.reset()
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "ada")


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "grace")
