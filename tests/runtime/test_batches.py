"""How many one batch takes."""

import pytest

from server.errors import Invalid
from server.runtime.batches import MOST, check_number


def test_a_batch_takes_as_many_as_its_refusal_says() -> None:
    check_number(MOST)
    with pytest.raises(Invalid, match=f"more than {MOST:,}, which"):
        check_number(MOST + 1)
