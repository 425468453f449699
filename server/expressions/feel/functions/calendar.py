"""Functions on dates and times (DMN 1.5, 10.3.4.6 and 10.3.4.8)."""

from datetime import date
from decimal import Decimal
from typing import Any

from server import clock
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.temporal import Clock, Day, Moment, month_length, now
from server.expressions.feel.types import type_name
from server.expressions.feel.values import to_feel

CALENDAR_FUNCTIONS: Registry = {}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DATE = "date: date|moment"
_CYCLE = 400


def _day(value: Day | Moment) -> Day:
    return value.day if isinstance(value, Moment) else value


def _moment(run: FeelRun) -> Moment:
    """What time it is for the process, on the clocks of its zone; for an expression alone, what the clock says."""
    offered = run.functions.get("dateTime")
    moment = to_feel(offered()) if callable(offered) else now(clock.now())
    return moment if isinstance(moment, Moment) else now(clock.now())


@builtin(CALENDAR_FUNCTIONS, "now", "")
def _now(run: FeelRun) -> Moment:
    return _moment(run)


@builtin(CALENDAR_FUNCTIONS, "today", "")
def _today(run: FeelRun) -> Day:
    return _moment(run).day


@builtin(CALENDAR_FUNCTIONS, "day of year", _DATE)
def _day_of_year(run: FeelRun, value: Day | Moment) -> Decimal:
    day = _day(value)
    return Decimal(day.ordinal - Day(day.year, 1, 1).ordinal + 1)


@builtin(CALENDAR_FUNCTIONS, "day of week", _DATE)
def _day_of_week(run: FeelRun, value: Day | Moment) -> str:
    return _DAYS[_day(value).weekday - 1]


@builtin(CALENDAR_FUNCTIONS, "month of year", _DATE)
def _month_of_year(run: FeelRun, value: Day | Moment) -> str:
    return _MONTHS[_day(value).month - 1]


@builtin(CALENDAR_FUNCTIONS, "week of year", _DATE)
def _week_of_year(run: FeelRun, value: Day | Moment) -> Decimal:
    """The week of ISO 8601; the calendar repeats itself after 400 years."""
    day = _day(value)
    return Decimal(date(day.year % _CYCLE + 2 * _CYCLE, day.month, day.day).isocalendar().week)


@builtin(CALENDAR_FUNCTIONS, "last day of month", _DATE)
def _last_day(run: FeelRun, value: Day | Moment) -> Day:
    day = _day(value)
    return Day(day.year, day.month, month_length(day.year, day.month))


@builtin(CALENDAR_FUNCTIONS, "is", "value1?: any, value2?: any")
def _is(run: FeelRun, left: Any, right: Any) -> bool:
    """Equal in kind and in every part: two moments that are the same in two zones are not (10.3.4.6)."""
    if type_name(left) != type_name(right):
        return False
    if isinstance(left, Clock | Moment):
        return bool(left == right)
    return bool(left == right)
