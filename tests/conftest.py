"""What holds for every test: nobody measures a test by the second, and the clock runs again after each."""

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from server import clock

_TESTS = Path(__file__).parent

hypothesis.settings.register_profile("procession", deadline=None, print_blob=True)
hypothesis.settings.load_profile("procession")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker ends with it while the others have nothing left to do."""
    items.sort(key=lambda item: item.path.relative_to(_TESTS).parts[0] not in ("proofs", "journeys"))


def pytest_collection_finish() -> None:
    """What is loaded stays, and tests make thousands of applications: to search all that for garbage each time took
    three quarters of their making."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    yield
    clock.freeze(None)
