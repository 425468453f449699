"""Values of variables survive being written and read, whatever they are."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Failure
from server.expressions.durations import Period
from server.expressions.values import decode, dump, encode, load

WORDS = st.sampled_from(["$", "$date", "$datetime", "$int", "$decimal", "$$", "typename", ""]) | st.text(max_size=5)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text(st.characters(), max_size=4)
)
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-3, minutes=-30)), ZoneInfo("Europe/Berlin")])
TAGGED = (
    st.dates()
    | st.times()
    | st.datetimes(timezones=ZONES)
    | st.timedeltas()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.integers(min_value=10**5000, max_value=10**5001)
    | st.builds(Period, st.integers(-99, 99), st.integers(-99, 99), st.timedeltas())
)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=20
    )


def fingerprint(value: Any) -> Any:
    """Distinguishes what == does not: kinds, signs of zero, digits of decimals, zones."""
    if isinstance(value, dict):
        return {key: fingerprint(item) for key, item in value.items()}
    if isinstance(value, list):
        return [fingerprint(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return "int", hex(value)
    return type(value).__name__, repr(value)


@given(nested(PLAIN))
def test_every_json_value_survives(value: Any) -> None:
    assert fingerprint(load(dump(value))) == fingerprint(value)


@given(nested(PLAIN | TAGGED))
def test_every_mixture_with_dates_and_decimals_survives(value: Any) -> None:
    assert fingerprint(load(dump(value))) == fingerprint(value)


@given(nested(PLAIN | TAGGED))
def test_what_has_been_written_may_itself_be_a_value(value: Any) -> None:
    written = encode(value)
    assert fingerprint(decode(encode(written))) == fingerprint(written)


def test_plain_json_is_written_as_it_is_and_not_copied() -> None:
    value = {"a": [1, 2.5, None, True, "ü"], "$b": 1, "c": {}}
    assert encode(value) is value
    assert decode(value) is value
    assert dump(value) == '{"a":[1,2.5,null,true,"ü"],"$b":1,"c":{}}'


def test_tags_can_be_read_by_people() -> None:
    value = [
        date(2026, 1, 31),
        time(8, 30),
        timedelta(days=1, hours=2),
        Decimal("1.50"),
        datetime(2026, 1, 31, 8, tzinfo=UTC),
    ]
    assert json.loads(dump(value)) == [
        {"$date": "2026-01-31"},
        {"$time": "08:30:00"},
        {"$duration": "P1DT2H"},
        {"$decimal": "1.50"},
        {"$datetime": "2026-01-31T08:00:00+00:00"},
    ]


def test_both_hours_of_the_night_in_october_are_kept_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert load(dump(first)).utcoffset() == timedelta(hours=2)
    assert load(dump(second)).utcoffset() == timedelta(hours=1)


def test_tuples_come_back_as_lists() -> None:
    assert load(dump((1, (2,)))) == [1, [2]]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({1, 2}, "a set cannot be kept"),
        ({1: 2}, "a mapping with a number as a key"),
        ([{None: 2}], "as a key cannot be kept"),
        (float("nan"), "nan cannot be kept"),
        ([float("inf")], "inf cannot be kept"),
        (Decimal("NaN"), "NaN cannot be kept"),
        (object(), "the kind object cannot be kept"),
        (b"x", "the kind bytes cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(value: Any, sentence: str) -> None:
    with pytest.raises(Failure, match=sentence):
        dump(value)


def test_endless_nesting_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(Failure, match="nested more than"):
        dump(endless)
