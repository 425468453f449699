"""Calendars: when people work, which timers count by."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Created, Key, Line
from server.commands import calendars as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import calendars as queries

noun = Noun("calendars", "Calendars", Permission.ADMINISTER)


@shape(frozen=True, config=CLOSED)
class Week:
    """The working hours of each day, such as 9:00-12:00, 13:00-17:00; empty: nobody works."""

    monday: Line = ""
    tuesday: Line = ""
    wednesday: Line = ""
    thursday: Line = ""
    friday: Line = ""
    saturday: Line = ""
    sunday: Line = ""


@shape(frozen=True, config=CLOSED)
class FreeDay:
    """A day of one's own: 2026-12-24, or every year 12-24."""

    day: Key
    name: Key


@shape(frozen=True, config=CLOSED, kw_only=True)
class CalendarHours:
    """When people work; `country` and `subdivision` say whose public holidays are free (ISO 3166)."""

    name: Key
    zone: Line = "UTC"
    week: Week
    country: Line = ""
    subdivision: Line = ""
    free_days: Annotated[tuple[FreeDay, ...], Field(max_length=500)] = ()

    def hours(self) -> commands.Hours:
        return commands.Hours(
            self.name,
            self.zone,
            vars(self.week),
            self.country,
            self.subdivision,
            tuple((each.day, each.name) for each in self.free_days),
        )


@shape(frozen=True, config=CLOSED, kw_only=True)
class NewCalendar(CalendarHours):
    """A calendar under the key that models name."""

    key: Key


@noun.get("")
def find(actor: Actor) -> Page[queries.CalendarRow]:
    """The calendars, by name."""
    return Page(queries.calendars(actor))


@noun.post("", success=201, gives=Created)
def create(actor: Actor, body: NewCalendar) -> str:
    """Add a calendar."""
    return commands.create(actor, body.key, body.hours())


@noun.get("/{calendar_key}", tells_revision=True)
def one(actor: Actor, calendar_key: str) -> queries.CalendarRow:
    """One calendar; its revision is the ETag that changes take as If-Match."""
    return queries.calendar(actor, calendar_key)


@noun.put("/{calendar_key}")
def change(actor: Actor, calendar_key: str, body: CalendarHours) -> None:
    """Change when people work; timers that are set from now on go by it."""
    commands.change(actor, calendar_key, body.hours())


@noun.delete("/{calendar_key}")
def remove(actor: Actor, calendar_key: str) -> None:
    """Remove it, unless a process counts by it."""
    commands.remove(actor, calendar_key)


@noun.get("/{calendar_key}/years/{year}")
def year(actor: Actor, calendar_key: str, year: int) -> queries.Year:
    """The free days of a year, and how many working days it has."""
    return queries.year(actor, calendar_key, year)
