"""A link event that throws leads to one of its own level that catches the same name (BPMN 2.0.2, 10.5.5)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if any(trigger.kind == "link" for trigger in element.triggers):
                yield from _link(element, level)


def _link(element: Element, level: Level) -> Iterator[Problem]:
    if any(trigger.name is None for trigger in element.triggers if trigger.kind == "link"):
        text = "The link event has no name; give both ends of the link the same one."
        yield Problem(text, element.id, element.line, code="link-without-name")
        return
    if len(element.triggers) > 1:
        text = "A link event has no other trigger beside the link; draw an event for each."
        yield Problem(text, element.id, element.line, code="link-with-other-triggers")
    if element.kind is Kind.INTERMEDIATE_THROW_EVENT:
        caught = level.linked(element)
        if not caught:
            text = "No link event of this level catches this link; draw one with the same name."
            yield Problem(text, element.id, element.line, code="link-leads-nowhere")
        elif len(caught) > 1:
            text = f"Several link events catch this link ({', '.join(caught)}); keep one of them."
            yield Problem(text, element.id, element.line, code="link-leads-to-several")
        if element.outgoing:
            text = "A link is the only way out of the event that throws it; delete the sequence flow."
            yield Problem(text, element.id, element.line, code="link-with-flow")
    elif element.kind is Kind.INTERMEDIATE_CATCH_EVENT:
        if not level.linking(element):
            text = "No link event of this level leads here; draw one with the same name that throws the link."
            yield Problem(text, element.id, element.line, code="link-from-nowhere")
        if element.incoming:
            text = "A link event that catches is reached by its link only; delete the sequence flow that leads to it."
            yield Problem(text, element.id, element.line, code="link-with-flow")
