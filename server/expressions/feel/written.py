"""Dates, times, durations and numbers as text, and text as these (DMN 1.5, 10.3.4.1; XML Schema 1.1, ISO 8601)."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from server.expressions.feel.temporal import (
    DAY_NANOS,
    FARTHEST_YEAR,
    NANOS,
    UTC_ZONE,
    Clock,
    Day,
    DaysDuration,
    Moment,
    MonthsDuration,
    Zone,
    add_nanos,
    month_length,
    zone_info,
)
from server.expressions.limits import LIMITS

_DAY = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
_CLOCK = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][\w/+-]{0,79}))?", re.ASCII
)
_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?=\d|T)(?:(\d{1,18})D)?(?:T(?=[\d.])(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18}(?:\.\d{1,30})?)S)?)?",
    re.ASCII,
)
_CACHED = 2_048
"""Texts of dates and durations kept: those that stand in expressions are read again and again."""
_FARTHEST_OFFSET = 18 * 3600


@lru_cache(_CACHED)
def read_day(text: str) -> Day | None:
    """`2026-01-31`, with a sign and more digits for years far away; None for other text."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    sign, year, month, day = match[1], int(match[2]), int(match[3]), int(match[4])
    return day_of(-year if sign else year, month, day)


def day_of(year: int, month: int, day: int) -> Day | None:
    """The day, None where the calendar has none."""
    valid = abs(year) <= FARTHEST_YEAR and 1 <= month <= 12 and 1 <= day <= month_length(year, month)
    return Day(year, month, day) if valid else None


def _clock_of(match: re.Match[str]) -> tuple[int, Zone | None] | None:
    """Nanoseconds, up to a whole day for 24:00:00, and the zone; None where there is no such time."""
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    fraction = int((match[4] or "0")[:9].ljust(9, "0"))
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second or fraction)):
        return None
    zone: Zone | None = None
    if match[5]:
        zone = UTC_ZONE
    elif match[6]:
        if int(match[8]) > 59 or int(match[9] or 0) > 59:
            return None
        zone = zone_of(int(match[6] + "1") * (int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)))
    elif match[10]:
        zone = Zone(name=match[10]) if zone_info(match[10]) else None
    if zone is None and (match[6] or match[10]):
        return None
    return (hour * 3600 + minute * 60 + second) * NANOS + fraction, zone


def zone_of(seconds: int) -> Zone | None:
    """The offset, None beyond 18 hours."""
    return Zone(seconds) if abs(seconds) <= _FARTHEST_OFFSET else None


@lru_cache(_CACHED)
def read_clock(text: str) -> Clock | None:
    """`08:30:00`, with a fraction, and `Z`, `+01:00` or `@Europe/Paris`; None for other text."""
    match = _CLOCK.fullmatch(text)
    found = _clock_of(match) if match else None
    return Clock(found[0] % DAY_NANOS, found[1]) if found else None


@lru_cache(_CACHED)
def read_moment(text: str) -> Moment | None:
    """`2026-01-31T08:30:00Z`, or a date alone for its midnight; None for other text."""
    date_text, has_time, clock_text = text.partition("T")
    day = read_day(date_text)
    if day is None:
        return None
    if not has_time:
        return Moment(day, Clock(0))
    match = _CLOCK.fullmatch(clock_text)
    found = _clock_of(match) if match else None
    return add_nanos(Moment(day, Clock(0, found[1])), found[0]) if found else None


@lru_cache(_CACHED)
def read_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, never a mixture; None for other text."""
    months = _MONTHS.fullmatch(text)
    if months is not None:
        count = int(months[2] or 0) * 12 + int(months[3] or 0)
        return MonthsDuration(-count if months[1] else count)
    days = _DAYS.fullmatch(text)
    if days is None:
        return None
    nanos = (int(days[2] or 0) * 86_400 + int(days[3] or 0) * 3600 + int(days[4] or 0) * 60) * NANOS
    whole, _, fraction = (days[5] or "0").partition(".")
    nanos += int(whole or 0) * NANOS + int(fraction[:9].ljust(9, "0"))
    return DaysDuration(-nanos if days[1] else nanos)


def read_number(text: str) -> Decimal | None:
    """`-1.5e3`; None for other text, and for what is farther from zero, or nearer to it, than a number can be."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    if not number.is_finite() or (number and abs(number.adjusted()) > LIMITS.exponent):
        return None
    return number or Decimal()


def read_at(text: str) -> Any:
    """What `@"..."` stands for; None where it is neither date, time nor duration."""
    if "P" in text[:2]:
        return read_duration(text)
    if "T" in text:
        return read_moment(text)
    return read_clock(text) if ":" in text else read_day(text)


def write(value: Any) -> str:
    """A simple value as `string()` writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return write_number(value)
        case Day():
            return write_day(value)
        case Clock():
            return write_clock(value)
        case Moment():
            return f"{write_day(value.day)}T{write_clock(value.clock)}"
        case DaysDuration():
            return _write_days(value.nanos)
        case MonthsDuration():
            return _write_months(value.months)
    return str(value)


def write_number(number: Decimal) -> str:
    """All digits and no exponent."""
    if number == 0:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_day(day: Day) -> str:
    return f"{'-' if day.year < 0 else ''}{abs(day.year):04d}-{day.month:02d}-{day.day:02d}"


def write_clock(clock: Clock) -> str:
    hour, minute, second, fraction = clock.seconds
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{hour:02d}:{minute:02d}:{second:02d}{tail}{write_zone(clock.zone)}"


def write_zone(zone: Zone | None) -> str:
    if zone is None:
        return ""
    if zone.offset is None:
        return f"@{zone.name}"
    if zone.offset == 0:
        return "Z"
    rest, seconds = divmod(abs(zone.offset), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if zone.offset < 0 else '+'}{rest // 60:02d}:{rest % 60:02d}{tail}"


def _write_days(nanos: int) -> str:
    if nanos == 0:
        return "PT0S"
    seconds, fraction = divmod(abs(nanos), NANOS)
    days, hours, minutes, seconds = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60
    text = f"{days}D" if days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += str(seconds) + (f".{fraction:09d}".rstrip("0") if fraction else "") + "S"
    return f"{'-' if nanos < 0 else ''}P{text}{'T' + clock if clock else ''}"


def _write_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return f"{'-' if months < 0 else ''}P{text or '0M'}"
