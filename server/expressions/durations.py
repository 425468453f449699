"""Durations of ISO 8601 (4.4.3.2), read exactly, and added to moments as people expect."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypeVar

_NUMBER = r"\d{1,12}(?:[.,]\d{1,9})?"
_ISO = re.compile(
    rf"(?P<sign>[+-])?P(?=[\dT])(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<weeks>{_NUMBER})W)?"
    rf"(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=\d)(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?",
    re.ASCII,
)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND

Day = TypeVar("Day", date, datetime)


@dataclass(frozen=True)
class Period:
    """A duration whose months and days are those of the calendar, and whose rest is exact."""

    months: int = 0
    days: int = 0
    rest: timedelta = timedelta()

    def __neg__(self) -> "Period":
        return self * -1

    def __mul__(self, times: int) -> "Period":
        return Period(self.months * times, self.days * times, self.rest * times)

    @property
    def sign(self) -> int:
        """1, 0 or -1; months count as thirty days here."""
        length = timedelta(days=self.months * 30 + self.days) + self.rest
        return (length > timedelta()) - (length < timedelta())

    def simple(self) -> "timedelta | Period":
        """The same as a timedelta where no months are in it."""
        return self if self.months else timedelta(days=self.days) + self.rest

    def iso(self) -> str:
        """ISO 8601 text; parts of both signs cannot be written there and raise ValueError."""
        parts = (self.months, self.days, self.rest // timedelta(microseconds=1))
        if min(parts) < 0 < max(parts):
            raise ValueError("a duration with parts of both signs has no ISO 8601 form")
        years, months = divmod(abs(self.months), 12)
        head = "".join(
            f"{count}{unit}" for count, unit in ((years, "Y"), (months, "M"), (abs(self.days), "D")) if count
        )
        tail = _clock_text(abs(parts[2]))
        sign = "-" if min(parts) < 0 else ""
        return f"{sign}P{head}{tail}" if head or tail else "PT0S"


def _clock_text(micros: int) -> str:
    """`T2H30M0.5S` for a length in microseconds, "" for none."""
    seconds, fraction = divmod(micros, _SECOND)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    text = f"{hours}H" if hours else ""
    text += f"{minutes}M" if minutes else ""
    if fraction:
        text += f"{seconds}." + f"{fraction:06d}".rstrip("0") + "S"
    elif seconds:
        text += f"{seconds}S"
    return "T" + text if text else ""


def read_period(text: str) -> Period:
    """`P1Y2M10DT2H30M`, `P2W`, `-PT0.5S` as a Period. Raises ValueError for any other text."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError("not an ISO 8601 duration")
    found = {
        unit: Decimal(number.replace(",", "."))
        for unit, number in match.groupdict().items()
        if number and unit != "sign"
    }
    months = found.get("years", Decimal()) * 12 + found.get("months", Decimal())
    if months % 1:
        raise ValueError("not an ISO 8601 duration: a part of a month has no length")
    days = found.get("weeks", Decimal()) * 7 + found.get("days", Decimal())
    seconds = (
        found.get("hours", Decimal()) * 3600 + found.get("minutes", Decimal()) * 60 + found.get("seconds", Decimal())
    )
    micros = int((days % 1) * _DAY + seconds * _SECOND)
    try:
        period = Period(int(months), int(days), timedelta(microseconds=micros))
        timedelta(days=period.months * 31 + period.days) + period.rest
    except OverflowError:
        raise ValueError("a duration beyond all calendars") from None
    return -period if match["sign"] == "-" else period


def weeks_of(text: str) -> int:
    """The whole weeks that a text which `read_period` can read speaks of: 2 in `P2W`; a part of one counts as days."""
    match = _ISO.fullmatch(text.strip())
    return int(Decimal((match["weeks"] or "0").replace(",", "."))) if match is not None else 0


def write_delta(delta: timedelta) -> str:
    """ISO 8601 text for *delta* that `read_period` gives back exactly: days and clock, signed as a whole."""
    micros = delta // timedelta(microseconds=1)
    days, clock = divmod(abs(micros), _DAY)
    sign = "-" if micros < 0 else ""
    text = f"{days}D" if days else ""
    return f"{sign}P{text}{_clock_text(clock)}" if micros else "PT0S"


def add_months(day: Day, months: int) -> Day:
    """*months* later; the day of the month is clamped to the last one there is. Raises OverflowError past year 9999."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("beyond the years 1 to 9999")
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_period(day: Day, period: Period) -> Day:
    """*period* after *day*, months first, on the same clock that *day* is written in."""
    return add_months(day, period.months) + timedelta(days=period.days) + period.rest


def advance(start: datetime, period: Period, zone: tzinfo) -> datetime:
    """*period* after the aware *start*, in UTC: months and days by the calendar of *zone*, the rest exactly."""
    if not (period.months or period.days):
        return start.astimezone(UTC) + period.rest
    local = add_months(start.astimezone(zone), period.months) + timedelta(days=period.days)
    return local.astimezone(UTC) + period.rest
