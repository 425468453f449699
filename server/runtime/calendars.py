"""Calendars as rows: what timers ask when they count in business time."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from server.bpmn.calendars import UNKNOWN, calendar_at, calendar_named, every_calendar, zone_named
from server.bpmn.definition import Element, Process
from server.database import db
from server.errors import NotFound, Problem
from server.expressions.business_time import BusinessTime
from server.records.calendar import Calendar, CalendarUse
from server.runtime.people import check_zone
from server.sentences import say


class Installation:
    """By which zone and calendar a process counts that names none. Set once, when the server starts."""

    def __init__(self) -> None:
        self.zone = "UTC"
        self.calendar = ""

    def settle(self, zone: str, calendar: str) -> None:
        """Raises Invalid for a zone that there is not."""
        self.zone, self.calendar = check_zone(zone), calendar


installation = Installation()


def zone_for(process: Process) -> str:
    return zone_named(process) or installation.zone


def calendar_for(process: Process) -> str:
    """The key of the calendar of a process, "" without one."""
    return calendar_named(process) or installation.calendar


def business_time(key: str, zone: str = "") -> BusinessTime:
    """The calendar with this key, by the clocks of *zone* where a process names one. Raises NotFound."""
    row = db.session.get(Calendar, key)
    if row is None:
        raise NotFound(say('There is no calendar "%(key)s". An administrator can add it.', key=key[:64]))
    found = of_row(row)
    return replace(found, zone=ZoneInfo(zone)) if zone else found


def calendar_at_start(process: Process, element: Element) -> BusinessTime | None:
    """What business time is at a start event that waits. Raises NotFound."""
    key = calendar_at(element, calendar_for(process))
    return business_time(key, zone_named(process)) if key else None


def of_row(row: Calendar) -> BusinessTime:
    return BusinessTime(
        zone=ZoneInfo(row.zone),
        week=tuple(tuple((begin, end) for begin, end in day) for day in json.loads(row.week)),
        country=row.country,
        subdivision=row.subdivision,
        own=tuple((day, name) for day, name in json.loads(row.own)),
    )


def unknown(process: Process) -> list[Problem]:
    """A problem for each calendar that a process names and that there is not."""
    known = set(db.session.scalars(select(Calendar.key)))
    return [
        Problem(
            f'There is no calendar "{key[:64]}". An administrator can add it under Administration, Calendars.',
            element=element or process.key,
            line=line,
            code=UNKNOWN,
        )
        for key, element, line in every_calendar(process)
        if key not in known
    ]


def note_use(definition_id: str, process: Process) -> None:
    """Keep which calendars a version names, so that none of them is removed."""
    named = {key for key, _, _ in every_calendar(process)}
    if named:
        rows = [{"definition_id": definition_id, "calendar_key": key} for key in sorted(named)]
        db.session.execute(insert(CalendarUse), rows)
