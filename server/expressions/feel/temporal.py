"""Days, clocks, moments and durations as FEEL has them: any year, nanoseconds, offsets and named zones (10.3.2.3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS
_MILLI = 1_000_000
FARTHEST_YEAR = 999_999_999
_LONGEST_NAME = 80
_NEAR = range(2, 9_999)


@dataclass(frozen=True)
class Day:
    """A date of the proleptic Gregorian calendar; there is a year 0, as in ISO 8601."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 0000-03-01, by whole cycles of 400 years."""
        year = self.year - (self.month <= 2)
        cycle, of_cycle = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return cycle * 146_097 + of_cycle * 365 + of_cycle // 4 - of_cycle // 100 + of_year

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.ordinal + 2) % 7 + 1


@dataclass(frozen=True)
class Zone:
    """An offset in seconds, or a named zone with its own offsets."""

    offset: int | None = None
    name: str = ""


UTC_ZONE = Zone(0)


@dataclass(frozen=True)
class Clock:
    """A time of day in nanoseconds, with a zone or without."""

    nanos: int
    zone: Zone | None = None

    @property
    def seconds(self) -> tuple[int, int, int, int]:
        """Hour, minute, second and nanoseconds."""
        rest, fraction = divmod(self.nanos, NANOS)
        return rest // 3600, rest // 60 % 60, rest % 60, fraction


@dataclass(frozen=True)
class Moment:
    """A date and time."""

    day: Day
    clock: Clock


@dataclass(frozen=True, order=True)
class DaysDuration:
    """A days and time duration, in nanoseconds."""

    nanos: int


@dataclass(frozen=True, order=True)
class MonthsDuration:
    """A years and months duration, in months."""

    months: int


class BeyondCalendar(ArithmeticError):
    """A date before the year -999,999,999 or after 999,999,999."""


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_at(ordinal: int) -> Day:
    """The day with that `ordinal`."""
    cycle, rest = divmod(ordinal, 146_097)
    of_cycle = (rest - rest // 1_460 + rest // 36_524 - rest // 146_096) // 365
    of_year = rest - (365 * of_cycle + of_cycle // 4 - of_cycle // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return checked(Day(cycle * 400 + of_cycle + (month <= 2), month, day))


def checked(day: Day) -> Day:
    if not -FARTHEST_YEAR <= day.year <= FARTHEST_YEAR:
        raise BeyondCalendar("a date leaves the calendar")
    return day


def add_months(day: Day, months: int) -> Day:
    """*months* later, on the last day of the month where the day does not exist in it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return checked(Day(year, month + 1, min(day.day, month_length(year, month + 1))))


def add_nanos(moment: Moment, nanos: int) -> Moment:
    """*nanos* later, on the moment's own clock."""
    days, clock = divmod(moment.clock.nanos + nanos, DAY_NANOS)
    return Moment(day_at(moment.day.ordinal + days), Clock(clock, moment.clock.zone))


@lru_cache(600)
def zone_info(name: str) -> ZoneInfo | None:
    """The named zone of the IANA list, None where there is none."""
    if (
        len(name) > _LONGEST_NAME
        or not name.replace("/", "").replace("_", "").replace("-", "").replace("+", "").isalnum()
    ):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        return None


def offset_seconds(zone: Zone, day: Day | None, nanos: int) -> int | None:
    """How far that zone's clocks are ahead of UTC then, in seconds; None for a named zone on no known day."""
    if zone.offset is not None:
        return zone.offset
    info = zone_info(zone.name)
    if info is None:
        return None
    if day is None:
        offset = info.utcoffset(None)
    else:
        # beyond Python's calendar the rules of a year alike, 400 years' cycles away, are as good as any
        year = (
            day.year if day.year in _NEAR else 2_000 + day.year % 400 if day.year > 0 else 1_600 + day.year % 400 - 400
        )
        seconds = nanos // NANOS
        local = datetime(year, day.month, day.day, seconds // 3600, seconds // 60 % 60, seconds % 60, tzinfo=info)
        offset = info.utcoffset(local)
    return None if offset is None else int(offset.total_seconds())


def instant(moment: Moment) -> int:
    """Nanoseconds on the line of time; a moment without a zone counts as if it were in UTC."""
    clock = moment.clock
    offset = 0 if clock.zone is None else offset_seconds(clock.zone, moment.day, clock.nanos) or 0
    return moment.day.ordinal * DAY_NANOS + clock.nanos - offset * NANOS


def clock_instant(clock: Clock) -> int:
    """Nanoseconds since midnight in UTC; named zones count with the offset they have in winter of 1970."""
    if clock.zone is None:
        return clock.nanos
    offset = clock.zone.offset
    if offset is None:
        offset = offset_seconds(clock.zone, Day(1970, 1, 1), clock.nanos) or 0
    return clock.nanos - offset * NANOS


def coarse(nanos: int) -> int:
    """Equality of times is that of their milliseconds: finer ones need not be kept (10.3.2.3.4)."""
    return nanos // _MILLI


def midnight(day: Day) -> Moment:
    """A date where a date and time is asked for: its beginning, in UTC (10.3.2.3.5)."""
    return Moment(day, Clock(0, UTC_ZONE))


def days_of(delta: timedelta) -> DaysDuration:
    return DaysDuration(delta // timedelta(microseconds=1) * 1_000)


def now(moment: datetime) -> Moment:
    """An aware *moment* in UTC as FEEL has it."""
    utc = moment.astimezone(UTC)
    seconds = utc.hour * 3600 + utc.minute * 60 + utc.second
    return Moment(Day(utc.year, utc.month, utc.day), Clock(seconds * NANOS + utc.microsecond * 1_000, UTC_ZONE))
