"""What holds for every test: nobody measures a test by the second, and the clock runs again after each."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest

from server import clock

hypothesis.settings.register_profile("procession", deadline=None, print_blob=True)
hypothesis.settings.load_profile("procession")


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
