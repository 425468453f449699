"""A gateway without any flow decides nothing and joins nothing (BPMN 2.0.2, 10.6.1)."""

from collections.abc import Iterator

from server.bpmn.names import GATEWAYS
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind in GATEWAYS and not element.incoming and not element.outgoing:
            text = "The gateway has no flows at all; connect it or delete it."
            yield Problem(text, element.id, element.line)
