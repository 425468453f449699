"""What holds for every test: nobody measures a test by the second, and the clock runs again after each."""

from collections.abc import Iterator

import hypothesis
import pytest

from server import clock

hypothesis.settings.register_profile("procession", deadline=None, print_blob=True)
hypothesis.settings.load_profile("procession")


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    yield
    clock.freeze(None)
