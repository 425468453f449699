"""A real application on a fresh database of each kind, with people and a deployed process in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import database
from server.app import create_app
from server.settings import Settings
from server.web.limits import attempts
from tests import databases
from tests.web import purchases


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, kind: str) -> Iterator[Settings]:
    with databases.copy(kind, tmp_path, purchases.settle) as url:
        # However slow the machine is, ten tries fit into an hour.
        yield Settings(
            database_url=url,
            files_path=tmp_path / "files",
            upload_limit=2000,
            sign_in_limit="10 per hour",
        )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # its own tests turn it on again
    attempts.reset()
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "ada")


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "grace")
