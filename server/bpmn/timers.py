"""Reads a timer: its date, duration or cycle (BPMN 2.0.2, 10.5.5)."""

from server.bpmn import languages
from server.bpmn.definition import Trigger
from server.bpmn.findings import Findings
from server.bpmn.names import Node, child, content, line_of

FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read_timer(definition: Node, findings: Findings, otherwise: str | None = None) -> Trigger:
    """The trigger that a timerEventDefinition is; *otherwise* is the language of texts that say none."""
    forms = [(form, found) for name, form in FORMS.items() if (found := child(definition, name)) is not None]
    if len(forms) > 1:
        text = "A timer has one of date, duration and cycle, not several; delete all but one."
        findings.problem(definition, text, code="timer-with-several-times")
    written = [(form, found) for form, found in forms if content(found)]
    if not written:
        text = "The timer has no time; give it a date, a duration such as PT2H or a cycle such as R3/PT10M."
        findings.problem(definition, text, code="timer-without-time")
        return Trigger("timer", line=line_of(definition))
    form, found = written[0]
    timer = languages.timer(content(found), line_of(found), found.get("language"), otherwise)
    return Trigger("timer", timer_form=form, timer=timer, line=line_of(definition))
