"""Each kind of event has a trigger that can stand there, with the name or code it needs (BPMN 2.0.2, 10.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Trigger
from server.bpmn.subject import Subject
from server.errors import Problem

ALLOWED: dict[Kind, tuple[str, ...]] = {
    Kind.START_EVENT: ("message", "timer", "signal"),
    Kind.END_EVENT: ("message", "signal", "error", "escalation", "terminate"),
    Kind.INTERMEDIATE_CATCH_EVENT: ("message", "timer", "signal"),
    Kind.INTERMEDIATE_THROW_EVENT: ("message", "signal", "escalation"),
    Kind.BOUNDARY_EVENT: ("message", "timer", "signal", "error", "escalation"),
}
THROWING = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT))
WORDS = {
    Kind.START_EVENT: "A start event",
    Kind.END_EVENT: "An end event",
    Kind.INTERMEDIATE_CATCH_EVENT: "An intermediate catch event",
    Kind.INTERMEDIATE_THROW_EVENT: "An intermediate throw event",
    Kind.BOUNDARY_EVENT: "A boundary event",
}


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind not in ALLOWED:
            continue
        words = WORDS[element.kind]
        for trigger in element.triggers:
            yield from _trigger(element, trigger, words)
        yield from _uninterrupting(element)


def _trigger(element: Element, trigger: Trigger, words: str) -> Iterator[Problem]:
    kind = trigger.kind
    if kind not in ALLOWED[element.kind]:
        text = f"{words} cannot have the trigger {kind}; use one of {', '.join(ALLOWED[element.kind])}."
        yield Problem(text, element.id, trigger.line)
        return
    if trigger.name is not None:
        return
    if kind in ("message", "signal"):
        text = f"The {kind} of this event has no name; choose or create a {kind} with one."
        yield Problem(text, element.id, trigger.line)
    elif kind in ("error", "escalation") and element.kind in THROWING and trigger.reference is None:
        text = f"The {kind} that is thrown has no code; choose or create an {kind} with one."
        yield Problem(text, element.id, trigger.line)


def _uninterrupting(element: Element) -> Iterator[Problem]:
    errors = any(trigger.kind == "error" for trigger in element.triggers)
    if element.kind is Kind.BOUNDARY_EVENT and errors and not element.interrupting:
        text = "An error always interrupts its activity; take cancelActivity=false away."
        yield Problem(text, element.id, element.line)
