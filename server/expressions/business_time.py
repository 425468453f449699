"""Business time: the working hours of a week, without public holidays and free days of one's own.

A day counts as one working day, an hour as an hour in which people work. Weeks, months and years are those of every
calendar; what they lead to is put off until people work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.expressions.cron import next_match
from server.expressions.durations import Period, advance, read_period, weeks_of
from server.expressions.public_holidays import public_holidays

Span = tuple[int, int]
"""A part of a working day, in minutes from midnight; the end is not worked any more. 1440 is the end of the day."""
FARTHEST = 15_000
"""Days that are looked through at most, which is forty years."""


@dataclass(frozen=True)
class Stretch:
    """A duration in business time. `days` are working days, `rest` is time in which people work."""

    months: int = 0
    weeks: int = 0
    days: int = 0
    rest: timedelta = timedelta()

    def __mul__(self, times: int) -> "Stretch":
        return Stretch(self.months * times, self.weeks * times, self.days * times, self.rest * times)


def read_stretch(text: str) -> Stretch:
    """ISO 8601 text, such as P1DT4H. Raises ValueError."""
    period, weeks = read_period(text), weeks_of(text)
    return Stretch(period.months, weeks, period.days - 7 * weeks, period.rest)


def stretch_of(length: Period | timedelta) -> Stretch:
    """The same for a value; it knows no weeks, so all of its days are working days."""
    if isinstance(length, timedelta):
        return Stretch(days=length.days, rest=length - timedelta(days=length.days))
    return Stretch(length.months, 0, length.days, length.rest)


@dataclass(frozen=True)
class BusinessTime:
    """When people work. `week` has the spans of Monday to Sunday; `own` are free days as YYYY-MM-DD or, every year,
    as MM-DD, each with its name."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    country: str = ""
    subdivision: str = ""
    own: tuple[tuple[str, str], ...] = ()

    def why_free(self, day: date) -> str | None:
        """The name of the holiday or free day; None for any other day, also one on which nobody works anyway."""
        said = dict(self.own)
        found = said.get(day.isoformat()) or said.get(day.isoformat()[5:])
        return found or public_holidays(self.country, self.subdivision, day.year).get(day)

    def works_on(self, day: date) -> bool:
        return bool(self.week[day.weekday()]) and self.why_free(day) is None

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """When people work on that day, in UTC."""
        if not self.works_on(day):
            return []
        return [(self._at(day, begin), self._at(day, end)) for begin, end in self.week[day.weekday()]]

    def add(self, start: datetime, length: Stretch) -> datetime:
        """*length* after *start*, in UTC. Raises ValueError for what is negative or too far away."""
        if min(length.months, length.weeks, length.days) < 0 or length.rest < timedelta():
            raise ValueError("a negative duration")
        moment = advance(start, Period(length.months, length.weeks * 7), self.zone)
        if length.days or length.rest:
            moment = self._opening(moment)
            if length.days:
                moment = self._days_later(moment, length.days)
            return self._worked(moment, length.rest)
        inside = any(begin <= moment <= end for begin, end in self.spans(moment.astimezone(self.zone).date()))
        return moment if inside else self._opening(moment)

    def next_match(self, cron: str, moment: datetime) -> datetime:
        """The first moment after *moment* that a cron text names, put off to the same time of the next working day."""
        found = moment
        for _ in range(FARTHEST):
            found = next_match(cron, found, self.zone)
            local = found.astimezone(self.zone)
            day = next(self._working_days(local.date()))
            later = found if day == local.date() else datetime.combine(day, local.time(), self.zone).astimezone(UTC)
            if later > moment:
                return later
        raise ValueError("a time that never comes")

    def _at(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def _working_days(self, day: date) -> Iterator[date]:
        """Every working day from *day* on. Raises ValueError."""
        for _ in range(FARTHEST):
            if self.works_on(day):
                yield day
            day += timedelta(days=1)
        raise ValueError("too far away, or nobody ever works")

    def _opening(self, moment: datetime) -> datetime:
        """The first moment from *moment* on at which work goes on."""
        for day in self._working_days(moment.astimezone(self.zone).date()):
            for begin, end in self.spans(day):
                if moment < end:
                    return max(begin, moment)
        raise AssertionError("the days end with an error")

    def _days_later(self, moment: datetime, days: int) -> datetime:
        """The same time of day that many working days later; where nobody works then, when they go on that day, or
        the end of it."""
        local = moment.astimezone(self.zone)
        following = self._working_days(local.date() + timedelta(days=1))
        day = next(day for number, day in enumerate(following, 1) if number == days)
        wanted = datetime.combine(day, local.time(), self.zone).astimezone(UTC)
        for begin, end in self.spans(day):
            if wanted <= end:
                return max(begin, wanted)
        return self.spans(day)[-1][1]

    def _worked(self, moment: datetime, rest: timedelta) -> datetime:
        """When *rest* has been worked since *moment*."""
        if not rest:
            return moment
        for day in self._working_days(moment.astimezone(self.zone).date()):
            for begin, end in self.spans(day):
                begin = max(begin, moment)
                if end - begin >= rest and begin < end:
                    return begin + rest
                rest -= max(timedelta(), end - begin)
        raise AssertionError("the days end with an error")
