"""Where a cancel event ends a transaction, one on its border goes on from there (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if not any(trigger.kind == "cancel" for trigger in element.triggers):
            continue
        if element.kind is Kind.BOUNDARY_EVENT and not element.interrupting:
            text = "A cancel event always interrupts; take cancelActivity=false away."
            yield Problem(text, element.id, element.line, code="error-always-interrupts")
        elif element.kind is Kind.END_EVENT:
            yield from _end(element, subject)


def _end(event: Element, subject: Subject) -> Iterator[Problem]:
    holder = subject.elements.get(subject.level_of[event.id].id)
    while holder is not None and holder.kind is not Kind.TRANSACTION:
        holder = subject.elements.get(subject.level_of[holder.id].id)
    if holder is None:
        return
    boundaries = (subject.elements[key] for key in holder.boundaries if key in subject.elements)
    if not any(trigger.kind == "cancel" for boundary in boundaries for trigger in boundary.triggers):
        text = f'Nothing catches the cancelling of "{holder.id}"; draw a cancel boundary event on the transaction.'
        yield Problem(text, event.id, event.line, code="cancel-not-caught")
