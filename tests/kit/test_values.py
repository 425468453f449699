"""What the kit writes, the server reads, and the other way round."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from procession import values as kit
from procession.values import File
from server.expressions import values as server

VALUES: list[Any] = [
    None,
    True,
    7,
    1.5,
    "text",
    date(2026, 11, 21),
    datetime(2026, 11, 21, 15, 4, tzinfo=UTC),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    time(7, 30),
    timedelta(days=-2, seconds=30, microseconds=7),
    Decimal("12.340"),
    [1, {"due": date(2026, 1, 1)}],
    {"$date": "no date but a mapping"},
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_value_is_the_same_on_both_sides(value: Any) -> None:
    assert server.decode(kit.encode(value)) == value
    assert kit.decode(server.encode(value)) == value


def test_a_file_is_sent_with_what_is_in_it_and_comes_back_as_a_reference() -> None:
    assert kit.encode(File("a.txt", "text/plain", b"hi")) == {
        "$file": {"name": "a.txt", "media_type": "text/plain", "content": "aGk="}
    }
    stored = {"attachment": "a1", "name": "a.txt", "media_type": "text/plain", "encoding": None}
    assert (kit.decode(stored), kit.encode(kit.decode(stored))) == (
        File("a.txt", "text/plain", attachment="a1"),
        stored,
    )


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="no value of a variable"):
        kit.encode(object())
