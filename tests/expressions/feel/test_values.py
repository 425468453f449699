"""Values of FEEL: decimals, dates of any year, nanoseconds, zones, durations, and their way to variables and back."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.expressions.durations import Period
from server.expressions.feel import from_feel, parse_expression, shown, to_feel
from server.expressions.feel.run import Report
from server.expressions.feel.temporal import Day, day_at


def value_of(text: str) -> str:
    return shown(parse_expression(text).evaluate({}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0." + "3" * 34),
        ("2 / 3", "0." + "6" * 33 + "7"),
        ("10 ** 32 + 0.5", "1" + "0" * 32 + ".5"),
        ("9999999999999999999999999999999999 + 0.5", "1" + "0" * 34),
        ("1.10", "1.1"),
        ("100", "100"),
        ("1e3", "1000"),
        ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
        ('@"2024-01-31" + @"P1M"', "2024-02-29"),
        ('date("-0044-03-15").year', "-44"),
        ('date("999999999-12-31").day', "31"),
        ('@"2026-01-31".weekday', "6"),
        ('@"2026-03-29T01:59:59@Europe/Berlin".time offset', "PT1H"),
        ('@"2026-07-01T12:00:00@Europe/Berlin" - @"2026-07-01T12:00:00Z"', "-PT2H"),
        ('@"12:00:00.123456789".second', "0.123456789"),
        ('time("23:00:00") + duration("PT2H")', "01:00:00"),
        ('@"P1DT25H"', "P2DT1H"),
        ('@"-PT90M".hours', "-1"),
        ('@"P14M".years', "1"),
        ('date and time(@"2026-01-31", @"08:30:00+01:00")', "2026-01-31T08:30:00+01:00"),
        ('date and time(2026, 1, 31, 8, 30, 0, "Europe/Berlin")', "2026-01-31T08:30:00@Europe/Berlin"),
        ('years and months duration(@"2024-02-29", @"2026-01-31")', "P1Y11M"),
        ('@"2021-01-01T24:00:00"', "2021-01-02T00:00:00"),
        ('string({a: [1, "x"], "b-c": @"P1D"})', '{a: [1, "x"], "b-c": P1D}'),
    ],
)
def test_a_value_comes_out_as_the_standard_has_it(text: str, expected: str) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    ['date("2023-02-29")', 'time("25:00:00")', '@"2026-13-01"', 'duration("P1Y1D")', 'time("10:00:00@Nowhere/Land")'],
)
def test_text_that_is_no_date_or_duration_is_null(text: str) -> None:
    assert value_of(text) == "null"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text",
        7,
        -(10**33),
        Decimal("1.5"),
        date(2026, 1, 31),
        time(8, 30, 15, 250_000),
        time(8, 30, tzinfo=timezone(timedelta(hours=-3))),
        datetime(2026, 1, 31, 8, 30),
        datetime(2026, 1, 31, 8, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        timedelta(days=-3, microseconds=5),
        Period(months=14),
        [1, [2, {"a": date(2026, 1, 31)}]],
    ],
)
def test_a_variable_comes_back_from_feel_as_it_went(value: Any) -> None:
    assert from_feel(to_feel(value)) == value


def test_a_float_counts_as_it_is_written() -> None:
    assert to_feel(0.1) == Decimal("0.1")


@given(st.dates())
def test_days_are_counted_as_python_counts_them(day: date) -> None:
    feel = Day(day.year, day.month, day.day)
    assert feel.weekday == day.isoweekday()
    assert day_at(feel.ordinal) == feel
    assert feel.ordinal - Day(1, 1, 1).ordinal == day.toordinal() - 1


@given(st.integers(-999_999_999 * 365, 999_999_999 * 365))
def test_each_day_has_one_ordinal_in_any_year(ordinal: int) -> None:
    assert day_at(ordinal).ordinal == ordinal


def test_zero_to_a_negative_power_is_no_number() -> None:
    reports: list[Report] = []
    assert parse_expression("0 ** -1").evaluate({}, reports=reports) is None
    assert [report.reason for report in reports] == ["a number is divided by zero"]
