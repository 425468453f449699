"""The trigger of an event has the name or code that it needs (BPMN 2.0.2, 10.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Trigger
from server.bpmn.names import EVENTS
from server.bpmn.subject import Subject
from server.errors import Problem

THROWING = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT))


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind not in EVENTS:
            continue
        for trigger in element.triggers:
            yield from _trigger(element, trigger)
        yield from _uninterrupting(element)


def _trigger(element: Element, trigger: Trigger) -> Iterator[Problem]:
    kind = trigger.kind
    if trigger.name is not None or _is_sent_otherwise(element):
        return
    if kind in ("message", "signal"):
        text = f"The {kind} of this event has no name; choose or create a {kind} with one."
        yield Problem(text, element.id, trigger.line, code="name-missing")
    elif kind in ("error", "escalation") and element.kind in THROWING and trigger.reference is None:
        text = f"The {kind} that is thrown has no code; choose or create an {kind} with one."
        yield Problem(text, element.id, trigger.line, code="code-missing")


def _is_sent_otherwise(element: Element) -> bool:
    """A thrown message that a worker, a connector or an expression carries needs no name."""
    return any(way is not None for way in (element.connector, element.service, element.external))


def _uninterrupting(element: Element) -> Iterator[Problem]:
    errors = any(trigger.kind == "error" for trigger in element.triggers)
    if element.kind is Kind.BOUNDARY_EVENT and errors and not element.interrupting:
        text = "An error always interrupts its activity; take cancelActivity=false away."
        yield Problem(text, element.id, element.line, code="error-always-interrupts")
