"""Timers of a running instance: when one is due first, and when its cycle comes next."""

from datetime import datetime
from math import ceil
from typing import Literal, cast
from zoneinfo import ZoneInfo

from server.bpmn.calendars import calendar_at
from server.bpmn.definition import Trigger
from server.engine.tokens import Token, Wait
from server.errors import Failure, Invalid
from server.expressions.business_time import BusinessTime
from server.expressions.expression import Expression
from server.expressions.moments import Schedule, next_due, parse_timer

Form = Literal["date", "duration", "cycle"]


def first_due(trigger: Trigger, token: Token) -> Wait:
    """What a timer waits for, seen from *token* now. Raises Failure for a value that is no such timer."""
    instance = token.instance
    if trigger.timer is None or trigger.timer_form is None:
        raise Failure("The timer does not say when it is due.", trigger.line)
    value = instance.scripting.evaluate(trigger.timer, token)
    try:
        form, zone = cast(Form, trigger.timer_form), ZoneInfo(instance.setting.zone)
        return _wait(parse_timer(form, value, instance.moment, zone, calendar_of(token)))
    except Invalid as invalid:
        raise Failure(invalid.message, trigger.timer.line or trigger.line) from invalid


def seconds(duration: Expression, token: Token) -> int:
    """How long a duration lasts, seen from *token* now. Raises Failure for a value that is none."""
    instance = token.instance
    value = instance.scripting.evaluate(duration, token)
    try:
        due = parse_timer("duration", value, instance.moment, ZoneInfo(instance.setting.zone)).due
    except Invalid as invalid:
        raise Failure(invalid.message, duration.line) from invalid
    return max(0, ceil((due - instance.moment).total_seconds()))


def calendar_of(token: Token) -> BusinessTime | None:
    """What business time is where a token stands; None: time goes by as it does. Raises Failure for an unknown one."""
    setting = token.instance.setting
    key = calendar_at(token.task_spec.element, setting.calendar)
    return setting.world.calendar(key) if key else None


def following(wait: Wait, token: Token, moment: datetime) -> Wait | None:
    """The next time of a cycle after *moment*; those that were missed have fired once, together."""
    if wait.due is None:
        return None
    schedule = next_due(Schedule(wait.due, wait.left, wait.period), moment, calendar_of(token))
    return None if schedule is None else _wait(schedule)


def _wait(schedule: Schedule) -> Wait:
    return Wait("timer", due=schedule.due, left=schedule.repetitions_left, period=schedule.period)
