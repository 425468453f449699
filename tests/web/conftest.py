"""A real application on a fresh SQLite database, with people and a deployed process in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import database
from server.app import create_app
from server.settings import Settings
from server.web.security import limiter
from tests.web import purchases


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'test.sqlite'}", files_path=tmp_path / "files", upload_limit=2000
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # its own tests turn it on again
    with app.app_context():
        database.upgrade()
        purchases.settle()
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
