"""Calendars as rows, and timers that count by the calendar and the zone of their definition."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import calendars, deployments, jobs, process_instances
from server.commands.calendars import Hours
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import CONSOLE, Actor
from server.queries import calendars as queries
from server.records.job import Job
from server.records.user_task import UserTask
from server.runtime.calendars import installation
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import flows, model

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 3, 6, 14, tzinfo=UTC)  # 15:00 in Berlin
NINE_TO_FIVE = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9:00-17:00")
OFFICE = Hours("Office", "Europe/Berlin", NINE_TO_FIVE, "DE", "BY", [("12-24", "Christmas Eve")])
BY_CALENDAR = '<camunda:property name="calendar" value="office"/>'
IN_BERLIN = '<camunda:property name="zone" value="Europe/Berlin"/>'
PLAIN = '<extensionElements><camunda:properties><camunda:property name="calendar" value="none"/></camunda:properties>'
PLAIN += "</extensionElements>"


def timer(form: str, value: str, words: str = "") -> str:
    definition = f"<timerEventDefinition><{form}>{value}</{form}></timerEventDefinition>"
    return (
        f'<startEvent id="s"/><intermediateCatchEvent id="t">{words}{definition}</intermediateCatchEvent>'
        '<userTask id="u"/>' + flows("s>t", "t>u")
    )


def deploy(body: str, properties: str = BY_CALENDAR) -> None:
    deployments.deploy(CONSOLE, [("timed.bpmn", model("timed", body, properties))])


def due() -> str:
    db.session.rollback()
    moment = db.session.scalars(select(Job.due_at)).one()
    return moment.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


@pytest.fixture
def office(app: Flask) -> str:
    clock.freeze(FRIDAY)
    return calendars.create(CONSOLE, "office", OFFICE)


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("timeDuration", "P2D", "Tue 2026-03-10 15:00"),
        ("timeDuration", "PT4H", "Mon 2026-03-09 11:00"),
        ("timeCycle", "R3/P1D", "Mon 2026-03-09 15:00"),
        ("timeCycle", "0 9 * * *", "Mon 2026-03-09 09:00"),
        ("timeDate", "2026-03-07T10:00", "Sat 2026-03-07 10:00"),
        ("timeDuration", '${"P2D"}', "Tue 2026-03-10 15:00"),
    ],
)
def test_a_timer_counts_by_the_calendar_of_its_definition(
    office: str, ann: Actor, form: str, value: str, expected: str
) -> None:
    deploy(timer(form, value))
    process_instances.start(ann, "timed", {})
    assert due() == expected


def test_a_cycle_goes_on_by_the_calendar(office: str, ann: Actor, settings: Settings) -> None:
    body = (
        '<startEvent id="s"/><userTask id="u"/><boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
        "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></boundaryEvent>"
        '<manualTask id="m"/>' + flows("s>u", "b>m")
    )
    deploy(body)
    process_instances.start(ann, "timed", {})
    for expected in ("Mon 2026-03-09 15:00", "Tue 2026-03-10 15:00", "Wed 2026-03-11 15:00"):
        assert due() == expected
        clock.freeze(db.session.scalars(select(Job.due_at)).one())
        assert work_once(settings, "test", {})


def test_a_process_is_begun_every_working_day(office: str, settings: Settings) -> None:
    body = '<startEvent id="s"><timerEventDefinition><timeCycle>0 0 8 * * ?</timeCycle></timerEventDefinition>'
    deploy(body + '</startEvent><userTask id="u"/>' + flows("s>u"))
    assert due() == "Mon 2026-03-09 08:00"
    clock.freeze(datetime(2026, 3, 13, 8, tzinfo=UTC))  # the next Friday
    assert work_once(settings, "test", {})
    assert due() == "Mon 2026-03-16 08:00"


def test_an_element_may_count_by_another_calendar_or_by_none(office: str, ann: Actor) -> None:
    deploy(timer("timeDuration", "P2D", PLAIN))
    process_instances.start(ann, "timed", {})
    assert due() == "Sun 2026-03-08 15:00"


def test_a_user_task_is_due_in_working_days(office: str, ann: Actor) -> None:
    deploy('<startEvent id="s"/><userTask id="u" camunda:dueDate="P2D"/>' + flows("s>u"))
    process_instances.start(ann, "timed", {})
    db.session.rollback()
    found = db.session.scalars(select(UserTask.due_at)).one()
    assert found is not None
    assert found.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M") == "Tue 2026-03-10 15:00"


def test_a_definition_goes_by_the_clocks_of_its_zone(app: Flask, ann: Actor) -> None:
    clock.freeze(datetime(2026, 3, 28, 8, tzinfo=UTC))  # 9:00 in Berlin, the day before clocks are put forward
    deploy(timer("timeDuration", "P1D"), IN_BERLIN)
    process_instances.start(ann, "timed", {})
    assert due() == "Sun 2026-03-29 09:00"


def test_a_start_goes_by_the_clocks_of_its_zone(app: Flask, settings: Settings) -> None:
    clock.freeze(datetime(2026, 3, 28, 8, tzinfo=UTC))
    body = '<startEvent id="s"><timerEventDefinition><timeCycle>30 2 * * *</timeCycle></timerEventDefinition>'
    deploy(body + '</startEvent><userTask id="u"/>' + flows("s>u"), IN_BERLIN)
    assert due() == "Sun 2026-03-29 03:00"  # there is no half past two
    clock.freeze(datetime(2026, 3, 29, 2, tzinfo=UTC))
    assert work_once(settings, "test", {})
    assert due() == "Mon 2026-03-30 02:30"


def test_the_zone_of_a_definition_comes_before_that_of_its_calendar(office: str, ann: Actor) -> None:
    deploy(timer("timeDuration", "PT8H"), BY_CALENDAR + '<camunda:property name="zone" value="America/New_York"/>')
    process_instances.start(ann, "timed", {})
    assert due() == "Fri 2026-03-06 23:00"  # nine to five over there: one hour less than a whole day is left


def test_a_definition_that_names_none_goes_by_those_of_the_installation(office: str, ann: Actor) -> None:
    installation.settle("Europe/Berlin", "office")
    try:
        deploy(timer("timeDuration", "P2D"), "")
        process_instances.start(ann, "timed", {})
        assert due() == "Tue 2026-03-10 15:00"
        with pytest.raises(Conflict, match="PROCESSION_CALENDAR"):
            calendars.remove(CONSOLE, "office")
    finally:
        installation.settle("UTC", "")


def test_months_end_where_they_end(app: Flask, ann: Actor, settings: Settings) -> None:
    clock.freeze(datetime(2026, 1, 31, 9, tzinfo=UTC))
    body = (
        '<startEvent id="s"/><userTask id="u"/><boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
        "<timerEventDefinition><timeCycle>R/P1M</timeCycle></timerEventDefinition></boundaryEvent>"
        '<manualTask id="m"/>' + flows("s>u", "b>m")
    )
    deploy(body, IN_BERLIN)
    process_instances.start(ann, "timed", {})
    for expected in ("Sat 2026-02-28 10:00", "Tue 2026-03-31 10:00", "Thu 2026-04-30 10:00", "Sun 2026-05-31 10:00"):
        assert due() == expected
        clock.freeze(db.session.scalars(select(Job.due_at)).one())
        assert work_once(settings, "test", {})


def test_what_names_an_unknown_calendar_or_zone_is_not_deployed(app: Flask) -> None:
    for properties, sentence in (
        (BY_CALENDAR, 'There is no calendar "office"'),
        ('<camunda:property name="zone" value="Mars/Olympus"/>', 'There is no time zone "Mars/Olympus"'),
    ):
        with pytest.raises(Invalid) as refused:
            deploy(timer("timeDuration", "P2D"), properties)
        assert any(problem.text.startswith(sentence) for problem in refused.value.problems)


def test_a_calendar_is_not_removed_while_a_process_counts_by_it(office: str) -> None:
    deploy(timer("timeDuration", "P2D"))
    with pytest.raises(Conflict, match="Timed counts by this calendar"):
        calendars.remove(CONSOLE, "office")
    assert queries.calendar(CONSOLE, "office").used_by == ("Timed",)


def test_a_calendar_that_nobody_counts_by_is_removed(office: str) -> None:
    calendars.remove(CONSOLE, "office")
    with pytest.raises(NotFound):
        calendars.remove(CONSOLE, "office")


def test_a_changed_calendar_counts_for_timers_that_are_set_later(office: str, ann: Actor) -> None:
    deploy(timer("timeDuration", "P1D"))
    process_instances.start(ann, "timed", {})
    calendars.change(CONSOLE, "office", Hours("Office", "Europe/Berlin", {**NINE_TO_FIVE, "saturday": "9:00-17:00"}))
    assert due() == "Mon 2026-03-09 15:00"
    process_instances.start(ann, "timed", {})
    db.session.rollback()
    assert {row.strftime("%a") for row in db.session.scalars(select(Job.due_at))} == {"Mon", "Sat"}


@pytest.mark.parametrize(
    ("hours", "field", "sentence"),
    [
        (Hours(" ", "UTC", NINE_TO_FIVE), "name", "Give the calendar a name."),
        (Hours("A", "Mars/Olympus", NINE_TO_FIVE), "zone", "There is no time zone"),
        (Hours("A", "UTC", {"monday": "9-17"}), "monday", "is no span of working hours"),
        (Hours("A", "UTC", {"monday": "17:00-9:00"}), "monday", "is no span of working hours"),
        (Hours("A", "UTC", {"monday": "9:00-25:00"}), "monday", "is no span of working hours"),
        (Hours("A", "UTC", {"friday": "9:00-12:00, 11:00-17:00"}), "friday", "begins before the span"),
        (Hours("A", "UTC", {}), "monday", "Nobody would ever work."),
        (Hours("A", "UTC", NINE_TO_FIVE, "XX"), "country", "are not known"),
        (Hours("A", "UTC", NINE_TO_FIVE, "DE", "XX"), "subdivision", "Write one of BB, BE"),
        (Hours("A", "UTC", NINE_TO_FIVE, free_days=[("2026-02-30", "Odd")]), "free_days", "is no day"),
        (Hours("A", "UTC", NINE_TO_FIVE, free_days=[("12-24", " ")]), "free_days", "why it is free"),
    ],
)
def test_what_is_no_calendar_is_refused_at_its_field(app: Flask, hours: Hours, field: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        calendars.create(CONSOLE, "odd", hours)
    assert [problem.element for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("key", ["", "Office", "none", "a b", "ä"])
def test_a_key_is_one_that_models_can_name(app: Flask, key: str) -> None:
    with pytest.raises(Invalid, match="Write a key"):
        calendars.create(CONSOLE, key, OFFICE)


def test_a_key_is_taken_once(office: str) -> None:
    with pytest.raises(Conflict, match="There is a calendar office already"):
        calendars.create(CONSOLE, "office", OFFICE)


def test_only_administrators_keep_calendars(office: str, olga: Actor) -> None:
    with pytest.raises(Forbidden):
        calendars.change(olga, "office", OFFICE)
    with pytest.raises(Forbidden):
        queries.calendars(olga)


def test_a_year_has_its_public_holidays_and_those_of_ones_own(office: str) -> None:
    year = queries.year(CONSOLE, "office", 2026)
    named = {day.day.isoformat(): (day.name, day.is_own, day.is_worked_else) for day in year.free_days}
    assert named["2026-12-24"] == ("Christmas Eve", True, True)
    assert named["2026-10-03"] == ("German Unity Day", False, False)  # a Saturday
    assert year.working_days == 261 - sum(day.is_worked_else for day in year.free_days)


def test_a_timer_that_was_put_off_fires_at_its_new_time(office: str, ann: Actor, olga: Actor) -> None:
    deploy(timer("timeDuration", "P2D"))
    process_instances.start(ann, "timed", {})
    db.session.rollback()
    jobs.postpone(olga, db.session.scalars(select(Job.id)).one(), datetime(2026, 3, 8, 9, tzinfo=UTC), "Sooner.")
    assert due() == "Sun 2026-03-08 10:00"
