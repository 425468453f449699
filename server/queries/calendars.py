"""Calendars, and the free days that a year has by them, as those who administer them see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from server.database import db
from server.errors import Forbidden, Invalid, NotFound
from server.expressions.business_time import BusinessTime
from server.expressions.public_holidays import countries, public_holidays
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.calendar import Calendar, CalendarUse
from server.records.definition import ProcessDefinition
from server.runtime.calendars import installation, of_row
from server.runtime.working_hours import write_week
from server.sentences import say

YEARS = range(1970, 2101)


@dataclass(frozen=True)
class FreeDay:
    """A day of one's own, such as 2026-12-24, or 12-24 every year."""

    day: str
    name: str


@dataclass(frozen=True)
class CalendarRow:
    """A calendar. `week` has the working hours by weekday as text, "" where it is free; `used_by` are the names of
    processes that name it; `is_usual`: those that name none count by it."""

    key: str
    name: str
    zone: str
    week: Mapping[str, str]
    country: str
    country_name: str
    subdivision: str
    free_days: tuple[FreeDay, ...]
    used_by: tuple[str, ...]
    is_usual: bool
    changed_at: datetime
    changed_by: str
    revision: int


@dataclass(frozen=True)
class NamedDay:
    """A free day of a year. `is_own`: of the calendar's own, not a public holiday; `is_worked_else`: on its weekday
    people would work."""

    day: date
    name: str
    is_own: bool
    is_worked_else: bool


@dataclass(frozen=True)
class Year:
    """The free days of a year, and how many working days are left in it."""

    year: int
    free_days: tuple[NamedDay, ...]
    working_days: int


def calendars(actor: Actor) -> tuple[CalendarRow, ...]:
    """Every calendar by its name. Raises Forbidden."""
    _check(actor)
    used = _used()
    return tuple(_row(row, used) for row in db.session.scalars(select(Calendar).order_by(Calendar.name, Calendar.key)))


def calendar(actor: Actor, key: str) -> CalendarRow:
    """One calendar. Raises NotFound, Forbidden."""
    _check(actor)
    return _row(_find(key), _used())


def year(actor: Actor, key: str, number: int, language: str = "en") -> Year:
    """The free days that a year has by a calendar, public holidays named in *language* where that is known.

    Raises NotFound, Forbidden, and Invalid for a year too far away.
    """
    _check(actor)
    if number not in YEARS:
        raise Invalid(say("Ask for a year from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1]))
    found = of_row(_find(key))
    days = [date(number, 1, 1) + timedelta(days=count) for count in range(366)]
    days = [day for day in days if day.year == number]
    named = tuple(_named(found, day, name, language) for day in days if (name := found.why_free(day)) is not None)
    return Year(number, named, sum(found.works_on(day) for day in days))


def countries_known(actor: Actor) -> Mapping[str, str]:
    """The countries whose public holidays are known: their names by their codes. Raises Forbidden."""
    _check(actor)
    return countries()


def _named(found: BusinessTime, day: date, name: str, language: str) -> NamedDay:
    of = (found.country, found.subdivision, day.year)
    is_public = public_holidays(*of).get(day) == name
    shown = public_holidays(*of, language).get(day, name) if is_public else name
    return NamedDay(day, shown, not is_public, bool(found.week[day.weekday()]))


def _used() -> dict[str, list[str]]:
    rows = db.session.execute(
        select(CalendarUse.calendar_key, ProcessDefinition.name)
        .join(ProcessDefinition, ProcessDefinition.id == CalendarUse.definition_id)
        .distinct()
        .order_by(ProcessDefinition.name)
    )
    used: dict[str, list[str]] = {}
    for row in rows:
        used.setdefault(row.calendar_key, []).append(row.name)
    return used


def _row(row: Calendar, used: Mapping[str, list[str]]) -> CalendarRow:
    return CalendarRow(
        key=row.key,
        name=row.name,
        zone=row.zone,
        week=write_week(row.week),
        country=row.country,
        country_name=countries().get(row.country, row.country),
        subdivision=row.subdivision,
        free_days=tuple(FreeDay(day, name) for day, name in json.loads(row.own)),
        used_by=tuple(used.get(row.key, ())),
        is_usual=row.key == installation.calendar,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        revision=row.revision,
    )


def _find(key: str) -> Calendar:
    row = db.session.get(Calendar, key)
    if row is None:
        raise NotFound(say("There is no calendar %(key)s.", key=key))
    return row


def _check(actor: Actor) -> None:
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.ADMINISTER)))
