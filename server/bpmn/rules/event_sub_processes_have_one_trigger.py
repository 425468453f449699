"""An event sub-process is begun by the trigger of its start event, and by nothing else (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind
from server.bpmn.subject import Subject
from server.errors import Problem

ALWAYS = {"error": "An error", "compensation": "A compensation"}


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.triggered_by_event:
            yield from _outside(element)
            yield from _start(element)


def _outside(element: Element) -> Iterator[Problem]:
    if element.kind is not Kind.SUB_PROCESS:
        text = "Only an embedded sub-process is begun by an event; draw it as an event sub-process."
        yield Problem(text, element.id, element.line, code="event-sub-process-kind")
    if element.boundaries:
        text = "An event sub-process has no boundary events; draw them on an activity inside."
        yield Problem(text, element.id, element.line, code="event-sub-process-with-boundary")
    if element.loop is not None:
        text = "An event sub-process does not loop; put a looping activity inside."
        yield Problem(text, element.id, element.line, code="event-sub-process-with-loop")


def _start(element: Element) -> Iterator[Problem]:
    for key in element.inner.starts if element.inner is not None else ():
        start = element.inner.elements[key] if element.inner is not None else element
        kinds = {trigger.kind for trigger in start.triggers}
        for kind in sorted(kinds & ALWAYS.keys()):
            if not start.interrupting:
                text = f"{ALWAYS[kind]} event always interrupts; take isInterrupting=false away."
                yield Problem(text, start.id, start.line, code="error-always-interrupts")
        if "compensation" in kinds and len(start.triggers) > 1:
            text = "A compensation event sub-process has no other trigger; draw one event sub-process for each."
            yield Problem(text, start.id, start.line, code="compensation-with-other-trigger")
