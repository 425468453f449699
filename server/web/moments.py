"""How moments, durations, sizes and deadlines are written: in the person's zone and language, in words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.web.words import gettext as _
from server.web.words import ngettext, npgettext, pgettext, speaking

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Chip:
    """A chip's tone, icon and words."""

    tone: str
    icon: str
    text: str


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def zone_label(name: str, moment: datetime) -> str:
    """Such as "Europe/Berlin (UTC+01:00)"."""
    offset = moment.astimezone(zone_of(name)).strftime("%z")
    return f"{name} (UTC{offset[:3]}:{offset[3:5]})"


def moment_text(moment: datetime, zone: tzinfo, seconds: bool = False) -> str:
    """Such as "2026-11-20 14:00", in German "20.11.2026 14:00"."""
    return moment.astimezone(zone).strftime(speaking().day + (" %H:%M:%S" if seconds else " %H:%M"))


def day_text(moment: datetime, zone: tzinfo) -> str:
    """Such as "Mon 2026-11-23", in German "Mo 23.11.2026"."""
    return date_text(moment.astimezone(zone))


def date_text(day: date) -> str:
    """The same of a day that no zone moves."""
    spoken = speaking()
    return f"{spoken.weekdays[day.weekday()]} {day.strftime(spoken.day)}"


def duration_text(length: timedelta) -> str:
    """In the largest unit that fits, rounded down: "2 days", "3 h", "5 min", "less than a minute"."""
    match _counted(length):
        case number, "day":
            return ngettext("%(number)s day", "%(number)s days", number)
        case number, "hour":
            return ngettext("%(number)s h", "%(number)s h", number)
        case number, "minute":
            return ngettext("%(number)s min", "%(number)s min", number)
        case _:
            return _("less than a minute")


def since_text(moment: datetime, now: datetime) -> str:
    """How long since, for behind the word since: German says "seit 2 Tagen", not "2 Tage"."""
    match _counted(now - moment):
        case number, "day":
            return npgettext("since", "%(number)s day", "%(number)s days", number)
        case number, "hour":
            return npgettext("since", "%(number)s h", "%(number)s h", number)
        case number, "minute":
            return npgettext("since", "%(number)s min", "%(number)s min", number)
        case _:
            return pgettext("since", "less than a minute")


def ago_text(moment: datetime, now: datetime) -> str:
    """Such as "2 min ago"."""
    match _counted(max(now - moment, timedelta())):
        case number, "day":
            return ngettext("%(number)s day ago", "%(number)s days ago", number)
        case number, "hour":
            return ngettext("%(number)s h ago", "%(number)s h ago", number)
        case number, "minute":
            return ngettext("%(number)s min ago", "%(number)s min ago", number)
        case _:
            return _("just now")


def in_text(moment: datetime, now: datetime) -> str:
    """Such as "in 3 h" or "2 days ago"."""
    if moment <= now:
        return ago_text(moment, now)
    match _counted(moment - now):
        case number, "day":
            return ngettext("in %(number)s day", "in %(number)s days", number)
        case number, "hour":
            return ngettext("in %(number)s h", "in %(number)s h", number)
        case number, "minute":
            return ngettext("in %(number)s min", "in %(number)s min", number)
        case _:
            return _("in less than a minute")


def _counted(length: timedelta) -> tuple[int, str]:
    """How many of the largest unit that fits, rounded down."""
    seconds = int(abs(length.total_seconds()))
    return next(((seconds // size, unit) for size, unit in _UNITS if seconds >= size), (0, ""))


def due_chip(due: datetime, now: datetime, zone: tzinfo) -> Chip:
    """A deadline in colour and words: overdue, today, on a day."""
    if due < now:
        return Chip("bad", "alert-circle", _("Overdue %(since)s", since=since_text(due, now)))
    local = due.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return Chip("warn", "clock", _("Due today %(time)s", time=f"{local:%H:%M}"))
    return Chip("", "calendar", _("Due %(day)s", day=day_text(due, zone)))


def priority_chip(priority: int) -> Chip | None:
    """Priorities run from 0 to 100; 50 is ordinary and not worth a word."""
    if priority > 50:
        return Chip("", "flag", _("High priority"))
    return Chip("", "flag", _("Low priority")) if priority < 50 else None


def size_text(size: int) -> str:
    """Such as "412 KB"."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{speaking().number(size / 1024 / 1024, '0.0')} MB"


def counted_text(number: int) -> str:
    """A count beside a link: nobody is told (and nothing counts) how many more than 999 there are."""
    return str(number) if number < 1000 else "999+"
