"""Calendars: when people work, and which days of a year are free."""

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import calendars as commands
from server.commands.calendars import Hours
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.queries import calendars as queries
from server.queries.calendars import YEARS, CalendarRow
from server.sentences import say
from server.web.account import ZONES
from server.web.administration import PAGE, tabs
from server.web.moments import zone_of
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _
from server.web.words import speaking

blueprint = Blueprint("calendars", __name__, url_prefix="/administration/calendars")
blueprint.before_request(needs(Permission.ADMINISTER))
WEEKDAYS = {
    "monday": say("Monday"),
    "tuesday": say("Tuesday"),
    "wednesday": say("Wednesday"),
    "thursday": say("Thursday"),
    "friday": say("Friday"),
    "saturday": say("Saturday"),
    "sunday": say("Sunday"),
}
_OFFICE = dict.fromkeys(list(WEEKDAYS)[:5], "9:00-17:00")


@blueprint.get("")
def page() -> str:
    return render_template(
        "calendars.html",
        page=PAGE,
        tabs=tabs(acting(), "calendars"),
        rows=queries.calendars(acting()),
        weekdays=dict(zip(WEEKDAYS, speaking().weekdays, strict=True)),
    )


@blueprint.get("/new")
def new() -> str:
    return _new({"zone": acting().zone, **_OFFICE}, {})


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    typed = _typed()
    try:
        key = commands.create(acting(), typed["key"], _hours(typed))
    except Invalid as invalid:
        return _new(typed, sentences(invalid)), 422
    except Conflict as conflict:
        return _new(typed, {"key": conflict.message}), 409
    return done(_("The calendar %(name)s is there", name=typed["name"]), url_for(".calendar", key=key))


@blueprint.get("/<key>")
def calendar(key: str) -> str:
    row = queries.calendar(acting(), key)
    return _calendar(row, _shown(row), {})


@blueprint.post("/<key>")
def change(key: str) -> Response | tuple[str, int]:
    typed = _typed()
    try:
        commands.change(acting(), key, _hours(typed))
    except Invalid as invalid:
        return _calendar(queries.calendar(acting(), key), typed, sentences(invalid)), 422
    return done(_("The calendar %(name)s is kept", name=typed["name"]), url_for(".calendar", key=key))


@blueprint.post("/<key>/remove")
def remove(key: str) -> Response | tuple[str, int]:
    row = queries.calendar(acting(), key)
    try:
        commands.remove(acting(), key)
    except Conflict as conflict:
        return _calendar(row, _shown(row), {"": conflict.message}), 409
    return done(_("The calendar %(name)s is removed", name=row.name), url_for(".page"))


def _typed() -> dict[str, str]:
    names = ("key", "name", "zone", "country", "subdivision", "free_days", *WEEKDAYS)
    return {name: request.form.get(name, "").strip() for name in names}


def _hours(typed: Mapping[str, str]) -> Hours:
    """A free day stands on a line of its own: the day, then its name."""
    days = [(line.split() or [""])[0] for line in typed["free_days"].splitlines() if line.strip()]
    names = [line.strip().partition(" ")[2] for line in typed["free_days"].splitlines() if line.strip()]
    week = {day: typed[day] for day in WEEKDAYS}
    free_days = tuple(zip(days, names, strict=True))
    return Hours(typed["name"], typed["zone"], week, typed["country"], typed["subdivision"].upper(), free_days)


def _shown(row: CalendarRow) -> dict[str, str]:
    free_days = "\n".join(f"{each.day} {each.name}" for each in row.free_days)
    known = {"name": row.name, "zone": row.zone, "country": row.country, "subdivision": row.subdivision}
    return {**known, "free_days": free_days, **row.week}


def _year() -> int:
    """The year that is asked for, this one unless it is a year."""
    asked = request.args.get("year", "")
    this = clock.now().astimezone(zone_of(acting().zone)).year
    return int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else this


def _calendar(row: CalendarRow, typed: Mapping[str, str], errors: dict[str, str]) -> str:
    year = queries.year(acting(), row.key, _year(), speaking().code)
    return _form(typed, errors, row=row, year=year, first_year=YEARS[0], last_year=YEARS[-1])


def _new(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    return _form(typed, errors, row=None)


def _countries() -> list[tuple[str, str]]:
    """Countries by code, in the order of what they are called; letters with signs stand among those without."""
    spoken = speaking()
    named = [(code, spoken.country(code, name)) for code, name in queries.countries_known(acting()).items()]
    named.sort(key=lambda each: normalize("NFKD", each[1]))
    return [(code, f"{name} ({code})") for code, name in named]


def _form(typed: Mapping[str, str], errors: dict[str, str], **more: Any) -> str:
    zones = ZONES if typed.get("zone") in (*ZONES, "UTC") else (*ZONES, typed.get("zone", ""))
    return render_template(
        "calendar.html",
        page=PAGE,
        typed=typed,
        errors=errors,
        zones=("UTC", *zones),
        countries=_countries(),
        weekdays=WEEKDAYS,
        **more,
    )
