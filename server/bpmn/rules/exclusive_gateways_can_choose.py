"""An exclusive gateway with several ways out knows when to take which: a condition on all but the default (10.6.2)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if element.kind is Kind.EXCLUSIVE_GATEWAY and len(element.outgoing) > 1:
                yield from _ways_out(element, level)


def _ways_out(gateway: Element, level: Level) -> Iterator[Problem]:
    for key in gateway.outgoing:
        flow = level.flows[key]
        if flow.condition is None and key != gateway.default:
            text = "The flow leaves an exclusive gateway and has no condition; give it one or make it the default flow."
            yield Problem(text, flow.id, flow.line, code="condition-missing")
    if gateway.default is None and all(level.flows[key].condition is not None for key in gateway.outgoing):
        text = "No default flow: if no condition holds, the instance stops here with an incident."
        yield Problem(text, gateway.id, gateway.line, level="warning", code="no-default-flow")
