"""A condition stands on a flow that leaves an exclusive or inclusive gateway or an activity (BPMN 2.0.2, 8.4.13)."""

from collections.abc import Iterator

from server.bpmn.definition import Kind
from server.bpmn.names import ACTIVITIES
from server.bpmn.subject import Subject
from server.errors import Problem

CHOOSING = frozenset((Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY)) | ACTIVITIES


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for flow in level.flows.values():
            source = level.elements.get(flow.source)
            if source is None or flow.condition is None or source.kind in CHOOSING:
                continue
            if source.kind is Kind.EVENT_BASED_GATEWAY:
                continue
            if source.kind is Kind.PARALLEL_GATEWAY:
                text = "A parallel gateway takes every way out; delete the condition or draw an inclusive gateway."
            else:
                text = "A flow out of an event has no condition; draw an exclusive gateway after the event."
            yield Problem(text, flow.id, flow.line)
        for element in level.elements.values():
            if element.kind in ACTIVITIES and element.default is not None and len(element.outgoing) == 1:
                text = "The default flow is the only one, so it is always taken; no default is needed."
                yield Problem(text, element.id, element.line, level="warning", code="default-flow-alone")
