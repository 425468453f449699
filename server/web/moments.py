"""How moments, durations, sizes and deadlines are written: in the person's zone, in words, never by colour alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STEPS = ((86400, "day", "days"), (3600, "h", "h"), (60, "min", "min"))


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


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """Such as "2026-11-20 14:00"."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def day_text(moment: datetime, zone: tzinfo) -> str:
    """Such as "Mon 2026-11-23"."""
    return moment.astimezone(zone).strftime("%a %Y-%m-%d")


def duration_text(length: timedelta) -> str:
    """In the largest unit that fits, rounded down: "2 days", "3 h", "5 min", "less than a minute"."""
    seconds = int(abs(length.total_seconds()))
    for size, one, many in _STEPS:
        if seconds >= size:
            number = seconds // size
            return f"{number} {one if number == 1 else many}"
    return "less than a minute"


def ago_text(moment: datetime, now: datetime) -> str:
    """Such as "2 min ago"."""
    return "just now" if now - moment < timedelta(minutes=1) else f"{duration_text(now - moment)} ago"


def in_text(moment: datetime, now: datetime) -> str:
    """Such as "in 3 h" or "2 days ago"."""
    return f"in {duration_text(moment - now)}" if moment > now else ago_text(moment, now)


def due_chip(due: datetime, now: datetime, zone: tzinfo) -> Chip:
    """A deadline in colour and words: overdue, today, on a day."""
    if due < now:
        return Chip("bad", "alert-circle", f"Overdue {duration_text(now - due)}")
    local = due.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return Chip("warn", "clock", f"Due today {local:%H:%M}")
    return Chip("", "calendar", f"Due {day_text(due, zone)}")


def priority_chip(priority: int) -> Chip | None:
    """Priorities run from 0 to 100; 50 is ordinary and not worth a word."""
    if priority > 50:
        return Chip("", "flag", "High priority")
    return Chip("", "flag", "Low priority") if priority < 50 else None


def size_text(size: int) -> str:
    """Such as "412 KB"."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def counted_text(number: int) -> str:
    """A count beside a link: nobody is told (and nothing counts) how many more than 999 there are."""
    return str(number) if number < 1000 else "999+"
