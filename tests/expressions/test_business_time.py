"""Timers in business time: working days, working hours, public holidays and free days of one's own."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Invalid
from server.expressions.business_time import BusinessTime, read_stretch
from server.expressions.durations import Period
from server.expressions.moments import Form, Schedule, next_due, parse_timer

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
SHORT = ((9 * 60, 13 * 60),)
WEEK = (OFFICE, OFFICE, OFFICE, OFFICE, SHORT, (), ())
CALENDAR = BusinessTime(BERLIN, WEEK, "DE", "BY", (("12-24", "Christmas Eve"), ("2026-11-27", "Move")))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def due(form: Form, value: object, now: str, calendar: BusinessTime = CALENDAR) -> str:
    return shown(parse_timer(form, value, local(now), calendar=calendar).due)


def shown(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


def series(value: str, now: str, count: int, calendar: BusinessTime = CALENDAR) -> list[str]:
    found: list[str] = []
    schedule: Schedule | None = parse_timer("cycle", value, local(now), calendar=calendar)
    while schedule is not None and len(found) < count:
        found.append(shown(schedule.due))
        schedule = next_due(schedule, schedule.due, calendar)
    return found


@pytest.mark.parametrize(
    ("value", "now", "expected"),
    [
        ("P1D", "2026-03-02T10:00", "Tue 2026-03-03 10:00"),
        ("P2D", "2026-03-05T10:00", "Mon 2026-03-09 10:00"),  # the weekend does not count
        ("P1D", "2026-03-07T10:00", "Tue 2026-03-10 09:00"),  # from Saturday: Monday morning is when it begins
        ("P1D", "2026-03-05T16:00", "Fri 2026-03-06 13:00"),  # Friday ends sooner
        ("P1D", "2026-03-02T18:30", "Wed 2026-03-04 09:00"),
        ("P1D", "2026-01-05T10:00", "Wed 2026-01-07 10:00"),  # Epiphany, in Bavaria only
        ("P1D", "2026-12-23T10:00", "Mon 2026-12-28 10:00"),  # one's own day every year, then two holidays
        ("P1D", "2026-11-26T10:00", "Mon 2026-11-30 10:00"),  # one's own day of this year
        ("PT2H", "2026-03-02T10:00", "Mon 2026-03-02 12:00"),  # the end of a span is still of it
        ("PT3H", "2026-03-02T10:00", "Mon 2026-03-02 14:00"),  # the break does not count
        ("PT8H", "2026-03-02T16:00", "Tue 2026-03-03 17:00"),
        ("PT1H", "2026-03-06T12:30", "Mon 2026-03-09 09:30"),
        ("P1DT1H", "2026-03-05T12:30", "Mon 2026-03-09 10:00"),  # from the end of the break, to the end of Friday
        ("P1W", "2026-03-02T10:00", "Mon 2026-03-09 10:00"),  # a week is a week
        ("P1M", "2026-01-31T10:00", "Mon 2026-03-02 09:00"),  # February 28th is a Saturday
        ("P1M", "2026-03-12T10:00", "Mon 2026-04-13 09:00"),
        ("PT0S", "2026-03-08T10:00", "Mon 2026-03-09 09:00"),
        (timedelta(days=2), "2026-03-05T10:00", "Mon 2026-03-09 10:00"),
        (Period(months=1, days=1), "2026-03-05T10:00", "Wed 2026-04-08 09:00"),  # Easter Monday lies before
        ("P2D", "2026-03-27T10:00", "Tue 2026-03-31 10:00"),  # clocks are put forward in between
    ],
)
def test_a_duration_counts_working_days_and_hours(value: object, now: str, expected: str) -> None:
    assert due("duration", value, now) == expected


def test_a_date_is_a_date_also_on_a_holiday() -> None:
    assert due("date", "2026-12-25T03:00", "2026-03-02T10:00") == "Fri 2026-12-25 03:00"


@pytest.mark.parametrize(
    ("value", "now", "expected"),
    [
        ("R3/P1D", "2026-03-05T10:00", ["Fri 2026-03-06 10:00", "Mon 2026-03-09 10:00", "Tue 2026-03-10 10:00"]),
        ("R/P1D", "2026-03-05T16:00", ["Fri 2026-03-06 13:00", "Mon 2026-03-09 16:00", "Tue 2026-03-10 16:00"]),
        ("R/PT4H", "2026-03-05T10:00", ["Thu 2026-03-05 15:00", "Fri 2026-03-06 11:00", "Mon 2026-03-09 11:00"]),
        ("R2/PT4H/2026-03-06T12:00", "2026-03-05T10:00", ["Thu 2026-03-05 15:00", "Fri 2026-03-06 11:00"]),
        ("R/2026-03-07T08:00/P1W", "2026-03-02T10:00", ["Mon 2026-03-09 09:00", "Mon 2026-03-16 09:00"]),
        ("R/2026-03-06T10:00/2026-03-07T10:00", "2026-03-02T10:00", ["Fri 2026-03-06 10:00", "Sat 2026-03-07 10:00"]),
        ("0 9 * * *", "2026-03-05T10:00", ["Fri 2026-03-06 09:00", "Mon 2026-03-09 09:00", "Tue 2026-03-10 09:00"]),
        ("0 0 18 L * ?", "2026-02-05T10:00", ["Mon 2026-03-02 18:00", "Tue 2026-03-31 18:00", "Thu 2026-04-30 18:00"]),
    ],
)
def test_a_cycle_counts_working_days_and_hours(value: str, now: str, expected: list[str]) -> None:
    assert series(value, now, len(expected)) == expected


def test_missed_repetitions_fire_once_also_in_business_time() -> None:
    schedule = parse_timer("cycle", "R9/P1D", local("2026-03-02T10:00"), calendar=CALENDAR)
    following = next_due(schedule, local("2026-03-09T11:00"), CALENDAR)
    assert following is not None
    assert (shown(following.due), following.repetitions_left) == ("Tue 2026-03-10 10:00", 3)


def test_a_series_of_working_hours_does_not_grow_slower_with_the_years() -> None:
    schedule = parse_timer("cycle", "R/PT10M", local("2026-03-02T10:00"), calendar=CALENDAR)
    following = next_due(schedule, local("2031-03-03T10:00"), CALENDAR)
    assert following is not None
    assert following.period is not None
    assert following.period.startswith(schedule.due.isoformat())
    assert shown(following.due) == "Mon 2031-03-03 10:10"


def test_a_day_may_be_worked_around_the_clock() -> None:
    ever = BusinessTime(BERLIN, (((0, 1440),),) * 7)
    assert due("duration", "PT48H", "2026-03-28T10:00", ever) == "Mon 2026-03-30 11:00"  # an hour is missing


def test_the_name_of_a_free_day_says_why_it_is_free() -> None:
    assert CALENDAR.why_free(date(2026, 12, 24)) == "Christmas Eve"
    assert CALENDAR.why_free(date(2026, 10, 3)) == "German Unity Day"
    assert CALENDAR.why_free(date(2026, 10, 4)) is None


def test_where_nobody_ever_works_no_timer_can_be_set() -> None:
    never = BusinessTime(BERLIN, ((),) * 7)
    with pytest.raises(Invalid, match="nobody ever works"):
        parse_timer("duration", "P1D", local("2026-03-02T10:00"), calendar=never)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(0, 20),
    st.timedeltas(timedelta(), timedelta(hours=60)),
)
def test_what_is_due_lies_in_working_hours_and_after_the_work_is_done(
    now: datetime, days: int, rest: timedelta
) -> None:
    start = now.replace(tzinfo=UTC)
    found = CALENDAR.add(start, read_stretch("P1D") * days) if rest == timedelta() else None
    schedule = parse_timer("duration", Period(days=days, rest=rest), start, calendar=CALENDAR)
    assert found is None or found == schedule.due
    spans = CALENDAR.spans(schedule.due.astimezone(BERLIN).date())
    assert any(begin <= schedule.due <= end for begin, end in spans)
    assert schedule.due >= start + rest
