"""A complex gateway with several flows that lead to it says when enough tokens have come (BPMN 2.0.2, 10.6.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind is Kind.COMPLEX_GATEWAY and len(element.incoming) > 1 and element.activation is None:
            text = "The complex gateway has no activation condition; write one, such as activationCount >= 2."
            yield Problem(text, element.id, element.line, code="condition-missing")
