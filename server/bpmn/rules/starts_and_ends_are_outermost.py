"""No flow leads to a start event or away from an end event, and a level has a place to begin (10.5.2, 10.5.3)."""

from collections.abc import Iterator

from server.bpmn.definition import Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind is Kind.START_EVENT and element.incoming:
            text = "No sequence flow may lead to a start event."
            yield Problem(text, element.id, element.line, code="flow-into-start-event")
        if element.kind is Kind.END_EVENT and element.outgoing:
            text = "No sequence flow may leave an end event."
            yield Problem(text, element.id, element.line, code="flow-out-of-end-event")
    for level in subject.levels:
        if level.elements and not level.starts:
            text = "Every element has a flow that leads to it, so nothing begins; draw a start event."
            yield Problem(text, level.id, subject.process.line, code="nothing-begins")
        plain = [
            key
            for key in level.starts
            if level.elements[key].kind is Kind.START_EVENT and not level.elements[key].triggers
        ]
        if len(plain) > 1:
            text = f"There are {len(plain)} start events without a trigger ({', '.join(plain)}); keep one of them."
            yield Problem(text, plain[1], level.elements[plain[1]].line, code="several-plain-start-events")
        yield from _inside(subject, level.id)


def _inside(subject: Subject, level_id: str) -> Iterator[Problem]:
    """A sub-process holds something; of an ad-hoc one a constraint says more."""
    holder = subject.elements.get(level_id)
    if holder is None or holder.inner is None:
        return
    if not holder.inner.elements and holder.kind is not Kind.AD_HOC_SUB_PROCESS:
        text = "The sub-process is empty; draw what happens inside."
        yield Problem(text, holder.id, holder.line, code="sub-process-empty")
