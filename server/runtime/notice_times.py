"""When a mail to a person is due: at once or gathered, and never in their quiet hours."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from server.errors import Invalid, Problem
from server.sentences import say

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Timing(StrEnum):
    """How mails of notices are gathered."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True)
class Times:
    """What is settled about time; times of day are like 08:00, "" for both ends: there are no quiet hours."""

    timing: str = Timing.AT_ONCE
    daily_at: str = "08:00"
    quiet_from: str = ""
    quiet_until: str = ""


AT_ONCE = Times()


def check(times: Times) -> None:
    """Raises Invalid naming the field that is no time of day, or misses its other end."""
    if times.timing and times.timing not in set(Timing):
        text = say("Mail goes out %(known)s, not %(given)s.", known=", ".join(Timing), given=times.timing[:20])
        raise _wrong("timing", text)
    for field in ("daily_at", "quiet_from", "quiet_until"):
        text = getattr(times, field)
        if text and _TIME.fullmatch(text) is None:
            raise _wrong(field, say('"%(text)s" is no time of day. Write it like 08:00.', text=text[:20]))
    if bool(times.quiet_from) != bool(times.quiet_until):
        missing = "quiet_until" if times.quiet_from else "quiet_from"
        raise _wrong(missing, say("Quiet hours have a beginning and an end. Give both, or neither."))
    if times.quiet_from and times.quiet_from == times.quiet_until:
        raise _wrong("quiet_until", say("Quiet hours that end when they begin would never end. Choose another time."))


def due_at(moment: datetime, times: Times, zone: tzinfo) -> datetime:
    """When what is told at *moment* is sent; later than that means that it is gathered with others."""
    due = moment
    if times.timing == Timing.HOURLY:
        due = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    elif times.timing == Timing.DAILY:
        due = _next(moment, _time(times.daily_at or "08:00"), zone)
    if times.quiet_from and _is_within(due.astimezone(zone).time(), times):
        due = _next(due, _time(times.quiet_until), zone)
    return due


def _is_within(now: time, times: Times) -> bool:
    begin, end = _time(times.quiet_from), _time(times.quiet_until)
    return begin <= now < end if begin < end else now >= begin or now < end


def _next(moment: datetime, at: time, zone: tzinfo) -> datetime:
    """The first moment after *moment* when clocks in *zone* show *at*."""
    day = moment.astimezone(zone).date()
    for days in range(3):
        found = datetime.combine(day + timedelta(days=days), at, zone).astimezone(UTC)
        if found > moment:
            return found
    raise AssertionError("every day has every time of day, or one an hour later")


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
