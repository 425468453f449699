"""A real application on a fresh database of each kind, asked as programs ask it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.settings import Settings
from tests import databases
from tests.api.camunda7 import models


class Caller:
    """Somebody who asks by name and password."""

    def __init__(self, client: FlaskClient, name: str) -> None:
        self._client, self._auth = client, (name, models.PASSWORD)

    def ask(self, method: str, path: str, body: Any = None, **rest: Any) -> TestResponse:
        if body is not None:
            rest["json"] = body
        return self._client.open(f"/engine-rest{path}", method=method, auth=self._auth, **rest)

    def get(self, path: str, **rest: Any) -> Any:
        """What is found; it has to be there."""
        answer = self.ask("GET", path, **rest)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any = None, status: int = 200, **rest: Any) -> Any:
        answer = self.ask("POST", path, body, **rest)
        assert answer.status_code == status, answer.text
        return answer.json if status != 204 else None

    def put(self, path: str, body: Any = None, status: int = 204) -> Any:
        answer = self.ask("PUT", path, body)
        assert answer.status_code == status, answer.text
        return answer.json if status != 204 else None


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, kind: str) -> Iterator[Settings]:
    with databases.copy(kind, tmp_path, models.settle) as url:
        yield Settings(database_url=url, files_path=tmp_path / "files", sign_in_limit="10 per hour")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with databases.running(settings) as app:
        yield app


@pytest.fixture
def ada(app: Flask) -> Caller:
    return Caller(app.test_client(), "ada")


@pytest.fixture
def printer(app: Flask) -> Caller:
    return Caller(app.test_client(), "printer")


@pytest.fixture
def zoe(app: Flask) -> Caller:
    return Caller(app.test_client(), "zoe")
