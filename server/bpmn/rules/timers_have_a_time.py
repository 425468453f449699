"""A timer that says its time outright says it in ISO 8601 (or cron, for a cycle); so does a retry cycle (10.5.5)."""

from collections.abc import Iterator
from datetime import datetime

from croniter import croniter

from server.bpmn.definition import Trigger
from server.bpmn.subject import Subject
from server.errors import Invalid, Problem
from server.expressions import parse
from server.expressions.durations import read_period

EXAMPLES = {
    "date": "a date such as 2030-01-31T09:00:00Z",
    "duration": "a duration such as PT2H or P3D",
    "cycle": "a cycle such as R3/PT10M, or cron such as 0 9 * * MON",
}


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        for trigger in element.triggers:
            if trigger.timer is not None:
                yield from _timer(element.id, trigger)
        if element.retry_cycle is not None and "{" not in element.retry_cycle:
            parts = element.retry_cycle.split(",")
            if not all(_is_cycle(part.strip()) or _is_duration(part.strip()) for part in parts):
                text = f'The retry cycle "{element.retry_cycle}" is not understood; write such as R3/PT10M.'
                yield Problem(text, element.id, element.line)


def _timer(element: str, trigger: Trigger) -> Iterator[Problem]:
    timer, form = trigger.timer, trigger.timer_form or "duration"
    if timer is None:
        return
    example = EXAMPLES[form]
    if timer.language == "text":
        if not CHECKS[form](timer.text):
            yield Problem(f'The time "{timer.text[:60]}" is not understood; write {example}.', element, timer.line)
        return
    if timer.language == "feel":
        text = f"FEEL cannot be evaluated here: {timer.text[:60]}; write {example}, or ${{...}}."
        yield Problem(text, element, timer.line)
        return
    try:
        parse(timer)
    except Invalid as error:
        yield Problem(f"{error.message} (A timer needs {example}, or an expression.)", element, timer.line)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text.partition("[")[0])
    except ValueError:
        return False
    return len(text) >= 8


def _is_duration(text: str) -> bool:
    try:
        return read_period(text).sign >= 0
    except ValueError:
        return False


def _is_cycle(text: str) -> bool:
    """`R/PT1H`, `R3/PT1H`, `R3/2030-01-01T00:00:00Z/P1D`, `R3/P1D/2030-01-01T00:00:00Z` or cron."""
    if not text.startswith("R"):
        return bool(croniter.is_valid(text))
    repeats, *rest = text.split("/")
    if repeats[1:] and not (repeats[1:].isascii() and repeats[1:].isdecimal()):
        return False
    durations = [part for part in rest if _is_duration(part)]
    dates = [part for part in rest if part not in durations and _is_date(part)]
    known = len(durations) + len(dates) == len(rest)
    return known and len(rest) in (1, 2) and (len(durations) == 1 or len(dates) == 2)


CHECKS = {"date": _is_date, "duration": _is_duration, "cycle": _is_cycle}
