"""A real database of each kind, made by the real upgrades, for the threads of real workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.settings import Settings
from tests import databases
from tests.loopback import site

__all__ = ["app", "kind", "settings", "site"]


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, kind: str) -> Iterator[Settings]:
    with databases.copy(kind, tmp_path, _empty) as url:
        yield Settings(database_url=url, files_path=tmp_path / "files")


def _empty() -> None:
    """Workers need nobody."""


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with databases.running(settings) as app:
        yield app
