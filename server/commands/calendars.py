"""Add, change and remove the calendars that timers count by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.records.calendar import Calendar, CalendarUse
from server.records.definition import ProcessDefinition
from server.runtime.act import Act
from server.runtime.calendars import installation
from server.runtime.people import check_zone
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.runtime.working_hours import check_country, read_free_days, read_week
from server.sentences import say

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class Hours:
    """When people work. `week` has a text such as "9:00-12:00, 13:00-17:00" by weekday (monday ...), missing: free;
    `free_days` are pairs of a day (2026-12-24, or 12-24 every year) and its name."""

    name: str
    zone: str
    week: Mapping[str, str]
    country: str = ""
    subdivision: str = ""
    free_days: Sequence[tuple[str, str]] = ()


@command(Permission.ADMINISTER)
def create(act: Act, key: str, hours: Hours) -> str:
    """Add a calendar under the *key* that models name; returns it. Raises Invalid, Conflict."""
    if not _KEY.fullmatch(key) or key == "none":
        text = say("Write a key of small letters, digits, dots and hyphens, such as office-hours.")
        raise Invalid(text, [Problem(text, element="key")])
    if db.session.get(Calendar, key) is not None:
        raise Conflict(say("There is a calendar %(key)s already.", key=key))
    row = Calendar(key=key, revision=1)
    _write(act, row, hours)
    db.session.add(row)
    return key


@command(Permission.ADMINISTER)
def change(act: Act, key: str, hours: Hours) -> None:
    """Change when people work: timers that are set from now on go by it, and cycles at their next time.

    Raises NotFound, Invalid, Outdated.
    """
    _write(act, _changed(key), hours)


@command(Permission.ADMINISTER)
def remove(act: Act, key: str) -> None:
    """Remove a calendar. Raises NotFound, Outdated, and Conflict while a process counts by it."""
    row = _changed(key)
    named = select(ProcessDefinition.name).join(CalendarUse, CalendarUse.definition_id == ProcessDefinition.id)
    using = db.session.scalars(named.where(CalendarUse.calendar_key == key).distinct().limit(3)).all()
    if using:
        names = ", ".join(sorted(using))
        raise Conflict(say("%(names)s counts by this calendar. Change it instead of removing it.", names=names))
    if key == installation.calendar:
        raise Conflict(say("Processes that name no calendar count by this one (PROCESSION_CALENDAR)."))
    db.session.delete(row)
    act.on(key, details={"name": row.name})


def _write(act: Act, row: Calendar, hours: Hours) -> None:
    if not hours.name.strip():
        text = say("Give the calendar a name.")
        raise Invalid(text, [Problem(text, element="name")])
    check_country(hours.country, hours.subdivision)
    row.name, row.zone = hours.name.strip()[:200], check_zone(hours.zone)
    row.week, row.own = read_week(hours.week), read_free_days(hours.free_days)
    row.country, row.subdivision = hours.country, hours.subdivision
    row.changed_at, row.changed_by = act.moment, act.actor.id
    told = {"name": row.name, "zone": row.zone, "week": row.week, "free_days": row.own[:1000]}
    act.on(row.key, details={**told, "holidays": f"{row.country} {row.subdivision}".strip()})


def _changed(key: str) -> Calendar:
    """The calendar, to be changed now. Raises NotFound, Outdated."""
    row = db.session.get(Calendar, key, with_for_update=True)
    if row is None:
        raise NotFound(say("There is no calendar %(key)s.", key=key))
    check_revision(key, row.revision, say("The calendar"))
    row.revision += 1
    return row
