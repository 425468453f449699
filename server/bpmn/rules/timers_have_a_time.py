"""A timer that says its time outright says it in ISO 8601 (or cron, for a cycle); so does a retry cycle (10.5.5)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from server.bpmn.definition import Trigger
from server.bpmn.subject import Subject
from server.errors import Invalid, Problem
from server.expressions import parse
from server.expressions.moments import Form, parse_timer

EXAMPLES = {
    "date": "a date such as 2030-01-31T09:00:00Z",
    "duration": "a duration such as PT2H or P3D",
    "cycle": "a cycle such as R3/PT10M, or cron such as 0 9 * * MON",
}
FORMS: dict[str | None, Form] = {"date": "date", "cycle": "cycle"}
ANY_MOMENT = datetime(2030, 1, 1, tzinfo=UTC)  # whether a text is understood does not depend on it


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        listened = (listener.timer for listener in element.listeners if listener.timer is not None)
        for trigger in (*element.triggers, *listened):
            if trigger.timer is not None:
                yield from _timer(element.id, trigger)
        if element.retry_cycle is not None and "{" not in element.retry_cycle:
            parts = element.retry_cycle.split(",")
            if not all(_understood("cycle", part.strip()) or _understood("duration", part.strip()) for part in parts):
                text = f'The retry cycle "{element.retry_cycle}" is not understood; write such as R3/PT10M.'
                yield Problem(text, element.id, element.line, code="time-not-understood")


def _timer(element: str, trigger: Trigger) -> Iterator[Problem]:
    timer, form = trigger.timer, FORMS.get(trigger.timer_form, "duration")
    if timer is None:
        return
    example = EXAMPLES[form]
    if timer.language == "text":
        if not _understood(form, timer.text):
            text = f'The time "{timer.text[:60]}" is not understood; write {example}.'
            yield Problem(text, element, timer.line, code="time-not-understood")
        return
    try:
        parse(timer)
    except Invalid as error:
        foreign = [problem for problem in error.problems if problem.code == "foreign-language"]
        if foreign:
            yield Problem(error.message, element, timer.line, code="foreign-language")
            return
        text = f"{error.message} (A timer needs {example}, or an expression.)"
        yield Problem(text, element, timer.line, code="time-not-understood")


def _understood(form: Form, text: str) -> bool:
    try:
        parse_timer(form, text, ANY_MOMENT)
    except Invalid:
        return False
    return True
