"""When timers are due: dates, durations and cycles of BPMN (10.5.5, TimerEventDefinition) in ISO 8601 or cron."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from server.errors import Invalid
from server.expressions.cron import next_match
from server.expressions.durations import Period, advance, read_period
from server.expressions.wording import excerpt, kind

Form = Literal["date", "duration", "cycle"]
UTC_ZONE = ZoneInfo("UTC")
_LONGEST = 300
_REPEAT = re.compile(r"R(?P<count>-1|\d{0,9})/(?P<rest>.+)", re.ASCII)
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


def parse_timer(form: Form, value: Any, moment: datetime, zone: ZoneInfo = UTC_ZONE) -> Schedule:
    """When a timer with *value* is due, seen from *moment* (aware).

    A *value* is text, a date, a datetime or a duration. Times without an offset, and days and months of cycles,
    are those of *zone*. What lies in the past is due at once. Raises Invalid with one sentence.
    """
    try:
        if isinstance(value, str):
            text = value.strip()
            if not text or len(text) > _LONGEST:
                raise ValueError("empty or too long")
            return _FORMS[form](text, moment.astimezone(UTC), zone)
        return _from_value(form, value, moment.astimezone(UTC), zone)
    except (ValueError, OverflowError) as error:
        shown = f"'{excerpt(value)}'" if isinstance(value, str) else kind(value)
        why = f" ({error})" if "\n" not in str(error) and len(str(error)) < 90 else ""
        raise Invalid(
            f"A timer cannot be set to {shown}: a {form} is expected, such as {_EXAMPLES[form]}{why}."
        ) from None


def next_due(schedule: Schedule, moment: datetime) -> Schedule | None:
    """What follows on *schedule*: the first repetition strictly after *moment*, None at the end.

    Repetitions that were missed count as done: they have fired once, together.
    """
    if schedule.period is None or schedule.repetitions_left == 0:
        return None
    after = max(moment.astimezone(UTC), schedule.due)
    text, zone_name = schedule.period.rsplit(" ", 1)
    zone = ZoneInfo(zone_name)
    try:
        if " " in text:
            due, passed = next_match(text, after, zone), 1
        else:
            start, period = text.split("/")
            series = _Series(datetime.fromisoformat(start), read_period(period), zone)
            index = series.index_from(after, strictly=True)
            due, passed = series.at(index), index - series.index_from(schedule.due, strictly=False)
    except (ValueError, OverflowError):
        return None  # the years of the calendar are used up
    if schedule.repetitions_left is None:
        return Schedule(due, None, schedule.period)
    left = schedule.repetitions_left - passed
    return Schedule(due, left, schedule.period) if left >= 0 else None


def _from_value(form: Form, value: Any, moment: datetime, zone: ZoneInfo) -> Schedule:
    if form == "date" and isinstance(value, date):
        return Schedule(_in_utc(value, zone))
    if form == "duration" and isinstance(value, timedelta):
        return Schedule(moment + value)
    if form == "duration" and isinstance(value, Period):
        return Schedule(advance(moment, value, zone))
    raise ValueError("another kind of value")


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


def _date(text: str, moment: datetime, zone: ZoneInfo) -> Schedule:
    try:
        return Schedule(read_moment(text, zone))
    except ValueError as error:
        raise ValueError("an unknown time zone" if "zone" in str(error) else "not an ISO 8601 date") from None


def _duration(text: str, moment: datetime, zone: ZoneInfo) -> Schedule:
    period = read_period(text)
    if period.sign < 0:
        raise ValueError("a negative duration")
    return Schedule(advance(moment, period, zone))


def _cycle(text: str, moment: datetime, zone: ZoneInfo) -> Schedule:
    match = _REPEAT.fullmatch(text)
    if match is not None:
        count = int(match["count"]) if match["count"] not in ("", "-1") else None
        if count == 0:
            raise ValueError("no repetition at all")
        return _repeated(count, match["rest"].split("/"), moment, zone)
    if text.startswith(("P", "-P", "+P")):
        raise ValueError("a repetition R/ or R3/ is missing before it")
    due = next_match(text, moment, zone)
    fields = " ".join(text.split())
    return Schedule(due, None, f"{fields if ' ' in fields else fields + ' '} {zone.key}")


def _repeated(count: int | None, parts: list[str], moment: datetime, zone: ZoneInfo) -> Schedule:
    """R<count>/ with a duration, a start and a duration, a start and an end, or a duration and an end."""
    if len(parts) == 1:
        period = _positive(read_period(parts[0]))
        series = _Series(moment, period, zone)
        return Schedule(series.at(1), None if count is None else count - 1, series.text())
    if len(parts) != 2:
        raise ValueError("too many parts")
    if parts[0].startswith("P"):
        period, end = _positive(read_period(parts[0])), read_moment(parts[1], zone)
        return _until(count, period, end, moment, zone)
    start = read_moment(parts[0], zone)
    is_period = parts[1].startswith("P")
    period = read_period(parts[1]) if is_period else Period(rest=read_moment(parts[1], zone) - start)
    series = _Series(start, _positive(period), zone)
    first = series.index_from(moment, strictly=False)
    if count is None:
        return Schedule(series.at(first), None, series.text())
    first = min(first, count - 1)
    return Schedule(series.at(first), count - 1 - first, series.text())


def _until(count: int | None, period: Period, end: datetime, moment: datetime, zone: ZoneInfo) -> Schedule:
    """A series that is counted back from its end, which is its last moment."""
    backwards = 0
    if count is not None:
        backwards = count - 1
    elif end > moment:
        length = timedelta(days=period.months * 28 + period.days) + period.rest
        backwards = int((end - moment) / length)
    start = advance(end, period * -backwards, zone)
    series = _Series(start, period, zone)
    first = min(series.index_from(moment, strictly=False), backwards)
    return Schedule(series.at(first), backwards - first, series.text())


def _positive(period: Period) -> Period:
    if period.sign <= 0:
        raise ValueError("a period of no length")
    return period


_FORMS = {"date": _date, "duration": _duration, "cycle": _cycle}
