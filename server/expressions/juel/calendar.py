"""The methods of java.util.Date and java.time that JUEL may call."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from server.errors import Failure
from server.expressions.durations import Period, add_period
from server.expressions.juel.everyone import ANY, Members, itself, text_of, whole_of


def _plus(unit: str, sign: int) -> Callable[[Any, Any], Any]:
    def apply(moment: Any, count: Any) -> Any:
        number = whole_of(count) * sign
        if unit in ("years", "months"):
            return add_period(moment, Period(months=number * (12 if unit == "years" else 1)))
        if type(moment) is date and unit not in ("days", "weeks"):
            raise Failure(f"a date without time cannot be moved by {unit}")
        return moment + timedelta(**{unit: number})

    return apply


def _before(moment: Any, other: Any) -> bool:
    return bool(moment < other)


def _after(moment: Any, other: Any) -> bool:
    return bool(moment > other)


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


_NAMES_OF_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def _clock_of(moment: datetime) -> time:
    return moment.timetz()


def _same_moment(moment: Any, other: Any) -> bool:
    return bool(moment == other)


_PARTS: Members = {
    "getYear": lambda moment: moment.year,
    "getMonthValue": lambda moment: moment.month,
    "getDayOfMonth": lambda moment: moment.day,
    "getDayOfWeek": lambda moment: _NAMES_OF_DAYS[moment.weekday()],
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday,
    "isEqual": _same_moment,
    "lengthOfMonth": lambda moment: monthrange(moment.year, moment.month)[1],
    "isBefore": _before,
    "isAfter": _after,
    "before": _before,
    "after": _after,
    "compareTo": lambda moment, other: (moment > other) - (moment < other),
    "toDate": itself,
}
DATE: Members = (
    ANY
    | _PARTS
    | {
        f"plus{unit.title()}": _plus(unit, 1)
        for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
    | {
        f"minus{unit.title()}": _plus(unit, -1)
        for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
)
TIME: Members = ANY | {
    "getHour": lambda moment: moment.hour,
    "getMinute": lambda moment: moment.minute,
    "getSecond": lambda moment: moment.second,
    "isBefore": _before,
    "isAfter": _after,
}
DATETIME: Members = (
    DATE
    | TIME
    | {
        "getTime": _milliseconds,
        "toInstant": itself,
        "toLocalDate": datetime.date,
        "toLocalDateTime": lambda moment: moment.replace(tzinfo=None),
        "toLocalTime": _clock_of,
        "withZone": lambda moment, name: moment.astimezone(_zone(text_of(name))),
    }
)
