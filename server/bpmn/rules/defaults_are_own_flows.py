"""A default flow leaves the element that names it (BPMN 2.0.2, 8.4.13)."""

from collections.abc import Iterator

from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.default is None:
            continue
        if element.default not in element.outgoing:
            text = f'The default flow "{element.default}" does not leave this element; choose one that does.'
            yield Problem(text, element.id, element.line)
            continue
        flow = subject.level_of[element.id].flows[element.default]
        if flow.condition is not None:
            text = "The default flow has a condition, which is never looked at; take the condition away."
            yield Problem(text, flow.id, flow.line, level="warning", code="default-flow-with-condition")
