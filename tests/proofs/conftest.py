"""A database of each kind, settled by what the test's own file says, and an installation on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.loopback import post, site

__all__ = ["kind", "post", "site"]


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(tmp_path: Path, kind: str) -> Iterator[str]:
    """The URL of a database with a schema and nothing in it."""
    with databases.copy(kind, tmp_path, _nothing) as url:
        yield url


def _nothing() -> None:
    """Each proof settles what it needs."""
