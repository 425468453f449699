"""What people type into addresses and fields: choices, numbers of pages, days and times in their own zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TypeVar

from server.errors import Invalid, Problem
from server.web.words import gettext as _

Choice = TypeVar("Choice", bound=StrEnum)


def choice(kinds: type[Choice], text: str) -> Choice | None:
    """The member of *kinds* that *text* names; None where it names none, so that an odd address shows everything."""
    return next((kind for kind in kinds if kind.value == text), None)


def page_number(text: str) -> int:
    """The page, counted from 1; an odd one is the first."""
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1


def moment(text: str, zone: tzinfo, field: str) -> datetime:
    """A day and time as a `datetime-local` field sends it (2026-11-20T14:00), meant in *zone*. Raises Invalid."""
    try:
        local = datetime.fromisoformat(text)
        return (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        sentence = _("Give a day and a time, such as 2026-11-20 14:00.")
        raise Invalid(sentence, [Problem(sentence, element=field)]) from None


def day_begins(text: str, zone: tzinfo, days_later: int = 0) -> datetime | None:
    """The first moment of a day such as 2026-11-20 in *zone*; None where *text* is no day."""
    try:
        day = datetime.fromisoformat(text[:10]) + timedelta(days=days_later)
        return day.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment_field(moment: datetime, zone: tzinfo) -> str:
    """The value of an `<input type="datetime-local">` that shows *moment* in *zone*."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def reason(text: str) -> str:
    """A reason that says something. Raises Invalid."""
    if not text.strip():
        sentence = _("Give a reason: the audit log keeps it.")
        raise Invalid(sentence, [Problem(sentence, element="reason")])
    return text.strip()


def sentences(invalid: Invalid | None) -> dict[str, str]:
    """What to say at which field; "" holds what belongs to no field."""
    if invalid is None:
        return {}
    found = {problem.element or "": problem.text for problem in invalid.problems}
    return found or {"": invalid.message}
