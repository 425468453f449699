"""When timers are due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Invalid
from server.expressions.durations import Period, add_months, read_period, write_delta
from server.expressions.moments import Form, Schedule, next_due, parse_timer

NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def moments(schedule: Schedule | None, count: int) -> list[str]:
    found: list[str] = []
    while schedule is not None and len(found) < count:
        found.append(schedule.due.strftime("%Y-%m-%d %H:%M:%S"))
        schedule = next_due(schedule, schedule.due)
    return found


@pytest.mark.parametrize(
    ("form", "value", "due"),
    [
        ("date", "2036-11-14T11:12:22", "2036-11-14T11:12:22+00:00"),
        ("date", "2036-11-14T11:12:22Z", "2036-11-14T11:12:22+00:00"),
        ("date", " 2036-11-14T11:12:22+02:00 ", "2036-11-14T09:12:22+00:00"),
        ("date", "2036-07-14T11:12[Europe/Berlin]", "2036-07-14T09:12:00+00:00"),
        ("date", "2036-11-14", "2036-11-14T00:00:00+00:00"),
        ("date", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00+00:00"),
        ("date", date(2036, 1, 1), "2036-01-01T00:00:00+00:00"),
        ("date", datetime(2036, 1, 1, 5, tzinfo=BERLIN), "2036-01-01T04:00:00+00:00"),
        ("duration", "PT1H", "2026-01-31T11:00:00+00:00"),
        ("duration", "PT0S", "2026-01-31T10:00:00+00:00"),
        ("duration", "P1Y2M10DT2H30M", "2027-04-10T12:30:00+00:00"),
        ("duration", "P1M", "2026-02-28T10:00:00+00:00"),
        ("duration", "P2W", "2026-02-14T10:00:00+00:00"),
        ("duration", "PT1.5S", "2026-01-31T10:00:01.500000+00:00"),
        ("duration", "P0.5D", "2026-01-31T22:00:00+00:00"),
        ("duration", timedelta(minutes=5), "2026-01-31T10:05:00+00:00"),
        ("duration", Period(months=1), "2026-02-28T10:00:00+00:00"),
    ],
)
def test_a_date_or_duration_is_due_once(form: Form, value: Any, due: str) -> None:
    schedule = parse_timer(form, value, NOW)
    assert schedule == Schedule(datetime.fromisoformat(due), 0, None)
    assert next_due(schedule, NOW) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("R3/PT10M", ["2026-01-31 10:10:00", "2026-01-31 10:20:00", "2026-01-31 10:30:00"]),
        ("R/P1M", ["2026-02-28 10:00:00", "2026-03-31 10:00:00", "2026-04-30 10:00:00", "2026-05-31 10:00:00"]),
        ("R-1/PT1H", ["2026-01-31 11:00:00", "2026-01-31 12:00:00", "2026-01-31 13:00:00", "2026-01-31 14:00:00"]),
        (
            "R/2026-01-31T00:00:00Z/P1M",
            ["2026-02-28 00:00:00", "2026-03-31 00:00:00", "2026-04-30 00:00:00", "2026-05-31 00:00:00"],
        ),
        ("R2/2026-02-01T00:00:00Z/PT1H", ["2026-02-01 00:00:00", "2026-02-01 01:00:00"]),
        ("R3/2026-01-31T09:30:00Z/PT1H", ["2026-01-31 10:30:00", "2026-01-31 11:30:00"]),
        ("R2/2026-01-01T00:00:00Z/PT1H", ["2026-01-01 01:00:00"]),
        ("R2/2026-02-01T00:00:00Z/2026-02-03T00:00:00Z", ["2026-02-01 00:00:00", "2026-02-03 00:00:00"]),
        ("R5/PT1H/2026-01-31T12:30:00Z", ["2026-01-31 10:30:00", "2026-01-31 11:30:00", "2026-01-31 12:30:00"]),
        ("R/PT1H/2026-01-31T12:30:00Z", ["2026-01-31 10:30:00", "2026-01-31 11:30:00", "2026-01-31 12:30:00"]),
        ("0 0/5 * * * ?", ["2026-01-31 10:05:00", "2026-01-31 10:10:00", "2026-01-31 10:15:00", "2026-01-31 10:20:00"]),
        ("0/2 * * * * ?", ["2026-01-31 10:00:02", "2026-01-31 10:00:04", "2026-01-31 10:00:06", "2026-01-31 10:00:08"]),
        ("*/30 * * * *", ["2026-01-31 10:30:00", "2026-01-31 11:00:00", "2026-01-31 11:30:00", "2026-01-31 12:00:00"]),
        (
            "0 0 12 ? * 2 2027",
            ["2027-01-04 12:00:00", "2027-01-11 12:00:00", "2027-01-18 12:00:00", "2027-01-25 12:00:00"],
        ),
        ("0 0 12 ? * 6L", ["2026-02-27 12:00:00", "2026-03-27 12:00:00", "2026-04-24 12:00:00", "2026-05-29 12:00:00"]),
        ("@daily", ["2026-02-01 00:00:00", "2026-02-02 00:00:00", "2026-02-03 00:00:00", "2026-02-04 00:00:00"]),
    ],
)
def test_a_cycle_is_due_again_and_again(value: str, expected: list[str]) -> None:
    assert moments(parse_timer("cycle", value, NOW), 4) == expected


def test_missed_repetitions_fire_once_and_count() -> None:
    schedule = parse_timer("cycle", "R10/PT10M", NOW)
    following = next_due(schedule, NOW + timedelta(minutes=35))
    assert following is not None
    assert following.due == NOW + timedelta(minutes=40)
    assert following.repetitions_left == 6
    assert next_due(schedule, NOW + timedelta(days=9)) is None


def test_missed_cycles_without_an_end_go_on_after_now() -> None:
    late = NOW + timedelta(days=1000, seconds=1)
    for text in ("R/PT10M", "0 0/10 * * * ?"):
        following = next_due(parse_timer("cycle", text, NOW), late)
        assert following is not None
        assert following.due == NOW + timedelta(days=1000, minutes=10)


def test_days_keep_the_hour_of_the_zone_and_hours_do_not() -> None:
    before = datetime(2026, 3, 28, 8, tzinfo=BERLIN).astimezone(UTC)
    assert moments(parse_timer("cycle", "R/P1D", before, BERLIN), 1) == ["2026-03-29 06:00:00"]
    assert moments(parse_timer("cycle", "R/PT24H", before, BERLIN), 1) == ["2026-03-29 07:00:00"]
    assert moments(parse_timer("cycle", "0 0 8 * * ?", before, BERLIN), 2) == [
        "2026-03-29 06:00:00",
        "2026-03-30 06:00:00",
    ]
    assert parse_timer("date", "2026-07-01T08:00", NOW, BERLIN).due == datetime(2026, 7, 1, 6, tzinfo=UTC)


def on_berlin_clocks(value: str, before: datetime, count: int) -> list[str]:
    found: list[str] = []
    schedule: Schedule | None = parse_timer("cycle", value, before, BERLIN)
    while schedule is not None and len(found) < count:
        found.append(schedule.due.astimezone(BERLIN).strftime("%d %H:%M%z"))
        schedule = next_due(schedule, schedule.due)
    return found


IN_SPRING = datetime(2026, 3, 28, 0, 30, tzinfo=UTC)  # at 2:00 on the 29th clocks show 3:00
IN_AUTUMN = datetime(2026, 10, 24, 0, 10, tzinfo=UTC)  # at 3:00 on the 25th clocks show 2:00 once more


@pytest.mark.parametrize("value", ["30 2 * * *", "0 30 2 * * ?"])
def test_a_time_of_day_that_clocks_leave_out_comes_right_after_the_gap(value: str) -> None:
    assert on_berlin_clocks(value, IN_SPRING, 3) == ["28 02:30+0100", "29 03:00+0200", "30 02:30+0200"]


@pytest.mark.parametrize("value", ["30 2 * * *", "0 30 2 * * ?"])
def test_a_time_of_day_that_clocks_show_twice_comes_once(value: str) -> None:
    assert on_berlin_clocks(value, IN_AUTUMN, 3) == ["24 02:30+0200", "25 02:30+0200", "26 02:30+0100"]


def test_what_comes_every_hour_comes_in_both_hours_that_look_alike() -> None:
    before = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    for value in ("0 * * * *", "0 0 * * * ?", "0 */1 * * *"):
        assert on_berlin_clocks(value, before, 3) == ["25 02:00+0200", "25 02:00+0100", "25 03:00+0100"]


def test_days_of_a_cycle_keep_their_time_of_day_across_gaps_and_repeated_hours() -> None:
    spring = on_berlin_clocks("R/2026-03-28T02:30/P1D", IN_SPRING - timedelta(days=1), 3)
    assert spring == ["28 02:30+0100", "29 03:30+0200", "30 02:30+0200"]
    autumn = on_berlin_clocks("R/2026-10-24T02:30/P1D", IN_AUTUMN - timedelta(days=1), 3)
    assert autumn == ["24 02:30+0200", "25 02:30+0200", "26 02:30+0100"]


def test_hours_of_a_cycle_are_hours_whatever_clocks_show() -> None:
    found = on_berlin_clocks("R4/2026-10-25T01:30/PT1H", IN_AUTUMN, 4)
    assert found == ["25 01:30+0200", "25 02:30+0200", "25 02:30+0100", "25 03:30+0100"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),  # there is no such time: half past three
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),  # there are two: the first
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_a_date_that_clocks_leave_out_or_show_twice_has_one_meaning(value: str, expected: str) -> None:
    assert parse_timer("date", value, NOW, BERLIN).due.isoformat() == expected


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("date", "time is just a concept"),
        ("date", "PT1H"),
        ("date", "2026-13-01"),
        ("date", "2026-01-01T10:00[Mars/Olympus]"),
        ("date", timedelta(hours=1)),
        ("date", None),
        ("duration", ""),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "1H"),
        ("duration", "P1H"),
        ("duration", "P0.5M"),
        ("duration", "-PT1H"),
        ("duration", "P99999999999D"),
        ("duration", "P9000Y"),
        ("duration", "R3/PT1H"),
        ("duration", 5),
        ("duration", "P" + "1" * 10_000 + "D"),
        ("cycle", "PT1H"),
        ("cycle", "R0/PT1H"),
        ("cycle", "R/PT0S"),
        ("cycle", "R3"),
        ("cycle", "R3/"),
        ("cycle", "R3/PT1H/PT1H"),
        ("cycle", "R3/a/b/c"),
        ("cycle", "R/P9000Y"),
        ("cycle", "0 0 0 30 2 ?"),
        ("cycle", "0 0 12 ? * 0"),
        ("cycle", "* * *"),
        ("cycle", "99 * * * *"),
        ("cycle", "R * * * *"),
        ("cycle", "*/0 * * * *"),
        ("cycle", "1-99999999/1 * * * *"),
    ],
)
def test_what_is_no_timer_is_refused_in_one_sentence(form: Form, value: Any) -> None:
    with pytest.raises(Invalid, match=rf"^A timer cannot be set to .*: a {form} is expected, such as"):
        parse_timer(form, value, NOW)


@given(st.timedeltas())
def test_every_duration_can_be_written_and_read(delta: timedelta) -> None:
    period = read_period(write_delta(delta))
    assert timedelta(days=period.days) + period.rest == delta


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(3000, 1, 1)), st.integers(-1000, 1000))
def test_months_are_added_on_the_calendar(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(
    st.integers(1, 40),
    st.sampled_from(["PT7M", "P1D", "P1M", "P1M3DT5H", "P1Y"]),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)),
)
def test_the_next_repetition_is_the_first_one_after_now(count: int, period: str, passed: timedelta) -> None:
    schedule = parse_timer("cycle", f"R{count}/{period}", NOW, BERLIN)
    moment = NOW + passed
    one_by_one: Schedule | None = schedule
    while one_by_one is not None and one_by_one.due <= moment:
        one_by_one = next_due(one_by_one, one_by_one.due)
    found = next_due(schedule, moment) if schedule.due <= moment else schedule
    assert found == one_by_one
