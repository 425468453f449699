"""A database of each kind, settled by what the test's own file says, and an installation on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import CHOICES
from server.workers.dispatchers import procrastinate
from tests import databases
from tests.loopback import post, site

__all__ = ["kind", "post", "site"]
BY_EACH_DISPATCHER = pytest.mark.parametrize("dispatcher", CHOICES["dispatcher"])


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dispatcher() -> str:
    """Who hands out the jobs; a proof that jobs are in the midst of says `BY_EACH_DISPATCHER`."""
    return "embedded"


@pytest.fixture
def empty(tmp_path: Path, kind: str, dispatcher: str) -> Iterator[str]:
    """The URL of a database with a schema and nothing in it."""
    with databases.copy(kind, tmp_path, _queue if dispatcher == "procrastinate" else _nothing) as url:
        yield url


def _nothing() -> None:
    """Each proof settles what it needs."""


def _queue() -> None:
    procrastinate.prepare()
