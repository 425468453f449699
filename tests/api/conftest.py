"""A real application on a fresh database of each kind, and programs that ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server import database
from server.app import create_app
from server.settings import Settings
from server.web.limits import attempts
from tests import databases
from tests.api import house
from tests.api.house import Program, program
from tests.web import purchases


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, kind: str) -> Iterator[Settings]:
    with databases.copy(kind, tmp_path, house.settle) as url:
        yield Settings(database_url=url, files_path=tmp_path / "files", upload_limit=2000, sign_in_limit="5 per hour")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    attempts.reset()
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def ada(app: Flask) -> Program:
    return program(app, "ada")


@pytest.fixture
def grace(app: Flask) -> Program:
    return program(app, "grace")


@pytest.fixture
def alan(app: Flask) -> Program:
    return program(app, "alan")


@pytest.fixture
def katherine(app: Flask) -> Program:
    return program(app, "katherine")


@pytest.fixture
def browser(app: Flask) -> Program:
    """Ada in a browser, signed in at the pages."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = purchases.sign_in(app, "ada")
    app.config["WTF_CSRF_ENABLED"] = True
    token = client.get("/account").text.split('name="csrf-token" content="')[1].split('"')[0]
    return Program(app, "", {"X-CSRFToken": token}, client)
