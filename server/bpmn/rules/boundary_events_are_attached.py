"""A boundary event sits on an activity of its own level and no flow leads to it (BPMN 2.0.2, 10.5.4)."""

from collections.abc import Iterator

from server.bpmn.definition import Kind
from server.bpmn.names import ACTIVITIES
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind is not Kind.BOUNDARY_EVENT:
            continue
        host = subject.level_of[element.id].elements.get(element.attached_to or "")
        if host is None:
            named = f'"{element.attached_to}"' if element.attached_to else "nothing"
            text = f"The boundary event is attached to {named}, which is no activity beside it; attach it to one."
            yield Problem(text, element.id, element.line)
        elif host.kind not in ACTIVITIES:
            text = f"A boundary event sits on an activity, not on a {host.kind}; attach it to an activity."
            yield Problem(text, element.id, element.line)
        if element.incoming:
            text = "No sequence flow may lead to a boundary event; end the flow elsewhere."
            yield Problem(text, element.id, element.line, code="flow-into-boundary-event")
