"""When timers are due: dates, durations and cycles of BPMN (10.5.5, TimerEventDefinition) in ISO 8601 or cron."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from server.errors import Invalid
from server.expressions.business_time import BusinessTime, read_stretch, stretch_of
from server.expressions.cron import next_match
from server.expressions.durations import Period, advance, read_period
from server.expressions.wording import excerpt, kind

Form = Literal["date", "duration", "cycle"]
UTC_ZONE = ZoneInfo("UTC")
_LONGEST = 300
_REPEAT = re.compile(r"R(?P<count>-1|\d{0,9})/(?P<rest>.+)", re.ASCII)
_WORKED = "worked"  # stands before the period of a series in business time
_EXAMPLES = {
    "date": "2026-01-31T08:00:00Z",
    "duration": "PT2H",
    "cycle": "R3/PT10M, R/2026-01-31T08:00:00Z/P1D or 0 0/5 * * * ?",
}


@dataclass(frozen=True)
class Schedule:
    """When a timer fires next.

    `due` is in UTC; `repetitions_left` is how often it fires after `due`, None for ever; `period` is what
    `next_due` needs to go on, None where nothing follows: text that may be stored, not meant to be written by hand.
    """

    due: datetime
    repetitions_left: int | None = 0
    period: str | None = None


@dataclass(frozen=True)
class _Series:
    """Moments counted from `start`, so that the 31st comes back after February."""

    start: datetime
    period: Period
    zone: ZoneInfo

    def at(self, index: int) -> datetime:
        return advance(self.start, self.period * index, self.zone)

    def index_from(self, moment: datetime, strictly: bool) -> int:
        """Index of the first one at *moment* or later; later only if *strictly*."""
        length = timedelta(days=self.period.months * 30.436875 + self.period.days) + self.period.rest
        index = max(0, int((moment - self.start) / length) - 2)
        while self.at(index) < moment or (strictly and self.at(index) == moment):
            index += 1
        return index

    def text(self) -> str:
        return f"{self.start.isoformat()}/{self.period.iso()} {self.zone.key}"


@dataclass(frozen=True)
class _WorkingSeries:
    """The same in business time; the moments lie as far apart as people have free time in between."""

    start: datetime
    text_of_period: str
    calendar: BusinessTime

    def going_on(self, due: datetime) -> "_WorkingSeries":
        """The same from *due* on, where that makes no difference: hours of work follow each other without a gap."""
        length = read_stretch(self.text_of_period)
        return self if length.months or length.weeks or length.days else replace(self, start=due)

    def at(self, index: int) -> datetime:
        return self.calendar.add(self.start, read_stretch(self.text_of_period) * index)

    def index_from(self, moment: datetime, strictly: bool) -> int:
        """As above: doubled until it is beyond *moment*, then halved in."""

        def is_there(index: int) -> bool:
            return self.at(index) > moment or (not strictly and self.at(index) == moment)

        high = 1
        while not is_there(high):
            high *= 2
        low = 0
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if is_there(middle) else (middle + 1, high)
        return low

    def text(self) -> str:
        return f"{self.start.isoformat()}/{_WORKED}/{self.text_of_period} {self.calendar.zone.key}"


_AnySeries = _Series | _WorkingSeries


@dataclass(frozen=True)
class _Seen:
    """From where a timer is looked at: now, by the clocks of a zone, in business time where there is a calendar."""

    moment: datetime
    zone: ZoneInfo
    calendar: BusinessTime | None = None

    def series(self, start: datetime, period: str) -> _AnySeries:
        """Raises ValueError for text that is no duration, or one of no length."""
        length = _positive(read_period(period))
        if self.calendar is None:
            return _Series(start, length, self.zone)
        return _WorkingSeries(start, period.strip(), self.calendar)


def parse_timer(
    form: Form, value: Any, moment: datetime, zone: ZoneInfo = UTC_ZONE, calendar: BusinessTime | None = None
) -> Schedule:
    """When a timer with *value* is due, seen from *moment* (aware).

    A *value* is text, a date, a datetime or a duration. Times without an offset, and days and months of cycles,
    are those of *zone*. With a *calendar* (whose zone then counts) durations and cycles go by business time; a date is
    a date. What lies in the past is due at once. Raises Invalid with one sentence.
    """
    seen = _Seen(moment.astimezone(UTC), zone if calendar is None else calendar.zone, calendar)
    try:
        if isinstance(value, str):
            text = value.strip()
            if not text or len(text) > _LONGEST:
                raise ValueError("empty or too long")
            return _FORMS[form](text, seen)
        return _from_value(form, value, seen)
    except (ValueError, OverflowError) as error:
        shown = f"'{excerpt(value)}'" if isinstance(value, str) else kind(value)
        why = f" ({error})" if "\n" not in str(error) and len(str(error)) < 90 else ""
        raise Invalid(
            f"A timer cannot be set to {shown}: a {form} is expected, such as {_EXAMPLES[form]}{why}."
        ) from None


def next_due(schedule: Schedule, moment: datetime, calendar: BusinessTime | None = None) -> Schedule | None:
    """What follows on *schedule*: the first repetition strictly after *moment*, None at the end.

    Repetitions that were missed count as done: they have fired once, together. The *calendar* is the one that the
    timer was set with.
    """
    if schedule.period is None or schedule.repetitions_left == 0:
        return None
    after = max(moment.astimezone(UTC), schedule.due)
    text, zone_name = schedule.period.rsplit(" ", 1)
    seen = _Seen(after, ZoneInfo(zone_name), calendar)
    try:
        if " " in text:
            due, passed = _next_match(text, seen), 1
        else:
            series = _kept_series(text, schedule.due, seen)
            index = series.index_from(after, strictly=True)
            due, passed = series.at(index), index - series.index_from(schedule.due, strictly=False)
            schedule = replace(schedule, period=series.text())
    except (ValueError, OverflowError):
        return None  # the years of the calendar are used up
    if schedule.repetitions_left is None:
        return replace(schedule, due=due)
    left = schedule.repetitions_left - passed
    return replace(schedule, due=due, repetitions_left=left) if left >= 0 else None


def _kept_series(text: str, due: datetime, seen: _Seen) -> _AnySeries:
    start, *worked, period = text.split("/")
    if worked and seen.calendar is not None:
        return _WorkingSeries(datetime.fromisoformat(start), period, seen.calendar).going_on(due)
    return _Series(datetime.fromisoformat(start), read_period(period), seen.zone)


def after_duration(text: str, moment: datetime, zone: ZoneInfo, calendar: BusinessTime | None) -> datetime:
    """When the ISO 8601 duration *text* is over, in business time where there is a calendar. Raises ValueError."""
    if calendar is None:
        return advance(moment, read_period(text), zone)
    return calendar.add(moment, read_stretch(text))


def _next_match(text: str, seen: _Seen) -> datetime:
    if seen.calendar is None:
        return next_match(text, seen.moment, seen.zone)
    return seen.calendar.next_match(text, seen.moment)


def _from_value(form: Form, value: Any, seen: _Seen) -> Schedule:
    if form == "date" and isinstance(value, date):
        return Schedule(_in_utc(value, seen.zone))
    if form == "duration" and isinstance(value, timedelta | Period):
        return Schedule(after_length(value, seen.moment, seen.zone, seen.calendar))
    raise ValueError("another kind of value")


def after_length(
    length: timedelta | Period, moment: datetime, zone: ZoneInfo, calendar: BusinessTime | None
) -> datetime:
    """The same for a duration that an expression has given. Raises ValueError."""
    if calendar is not None:
        return calendar.add(moment, stretch_of(length))
    return moment + length if isinstance(length, timedelta) else advance(moment, length, zone)


def _in_utc(value: date, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def read_moment(text: str, zone: tzinfo = UTC_ZONE) -> datetime:
    """An ISO 8601 date or date with time in UTC; a zone may follow in brackets: 2026-01-31T08:00[Europe/Berlin].

    Raises ValueError.
    """
    written, bracket, name = text.partition("[")
    if bracket:
        if not name.endswith("]"):
            raise ValueError("not a date")
        try:
            zone = ZoneInfo(name[:-1])
        except (LookupError, OSError):
            raise ValueError("an unknown time zone") from None
    return _in_utc(datetime.fromisoformat(written), zone)


def _date(text: str, seen: _Seen) -> Schedule:
    try:
        return Schedule(read_moment(text, seen.zone))
    except ValueError as error:
        raise ValueError("an unknown time zone" if "zone" in str(error) else "not an ISO 8601 date") from None


def _duration(text: str, seen: _Seen) -> Schedule:
    if read_period(text).sign < 0:
        raise ValueError("a negative duration")
    return Schedule(after_duration(text, seen.moment, seen.zone, seen.calendar))


def _cycle(text: str, seen: _Seen) -> Schedule:
    match = _REPEAT.fullmatch(text)
    if match is not None:
        count = int(match["count"]) if match["count"] not in ("", "-1") else None
        if count == 0:
            raise ValueError("no repetition at all")
        return _repeated(count, match["rest"].split("/"), seen)
    if text.startswith(("P", "-P", "+P")):
        raise ValueError("a repetition R/ or R3/ is missing before it")
    due = _next_match(text, seen)
    fields = " ".join(text.split())
    return Schedule(due, None, f"{fields if ' ' in fields else fields + ' '} {seen.zone.key}")


def _repeated(count: int | None, parts: list[str], seen: _Seen) -> Schedule:
    """R<count>/ with a duration, a start and a duration, a start and an end, or a duration and an end."""
    if len(parts) == 1:
        series = seen.series(seen.moment, parts[0])
        return Schedule(series.at(1), None if count is None else count - 1, series.text())
    if len(parts) != 2:
        raise ValueError("too many parts")
    if parts[0].startswith("P"):
        end = read_moment(parts[1], seen.zone)
        return (_until if seen.calendar is None else _worked_until)(count, parts[0], end, seen)
    start = read_moment(parts[0], seen.zone)
    if parts[1].startswith("P"):
        series = seen.series(start, parts[1])
    else:  # from one moment to another: a length of time, whoever works meanwhile
        series = _Series(start, _positive(Period(rest=read_moment(parts[1], seen.zone) - start)), seen.zone)
    first = series.index_from(seen.moment, strictly=False)
    if count is None:
        return Schedule(series.at(first), None, series.text())
    first = min(first, count - 1)
    return Schedule(series.at(first), count - 1 - first, series.text())


def _until(count: int | None, text: str, end: datetime, seen: _Seen) -> Schedule:
    """A series that is counted back from its end, which is its last moment."""
    period = _positive(read_period(text))
    backwards = 0
    if count is not None:
        backwards = count - 1
    elif end > seen.moment:
        length = timedelta(days=period.months * 28 + period.days) + period.rest
        backwards = int((end - seen.moment) / length)
    start = advance(end, period * -backwards, seen.zone)
    series = _Series(start, period, seen.zone)
    first = min(series.index_from(seen.moment, strictly=False), backwards)
    return Schedule(series.at(first), backwards - first, series.text())


def _worked_until(count: int | None, text: str, end: datetime, seen: _Seen) -> Schedule:
    """The same in business time, which goes forward only: counted from now, the last ones that come before the end."""
    series = seen.series(seen.moment, text)
    last = series.index_from(end, strictly=True) - 1
    if last < 1:
        return Schedule(end)
    first = 1 if count is None else max(1, last - count + 1)
    return Schedule(series.at(first), last - first, series.text())


def _positive(period: Period) -> Period:
    if period.sign <= 0:
        raise ValueError("a period of no length")
    return period


_FORMS = {"date": _date, "duration": _duration, "cycle": _cycle}
