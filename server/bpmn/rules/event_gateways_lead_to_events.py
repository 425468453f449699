"""After an event-based gateway stand catching events or receive tasks, reached from nowhere else (10.6.6)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem

CATCHERS = frozenset((Kind.INTERMEDIATE_CATCH_EVENT, Kind.RECEIVE_TASK))


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if element.kind is Kind.EVENT_BASED_GATEWAY:
                yield from _gateway(element, level)


def _gateway(gateway: Element, level: Level) -> Iterator[Problem]:
    targets = [level.elements.get(level.flows[key].target) for key in gateway.outgoing]
    for key in gateway.outgoing:
        if level.flows[key].condition is not None:
            text = "A flow out of an event-based gateway has no condition; take it away."
            yield Problem(text, key, level.flows[key].line, code="condition-after-event-gateway")
    for target in filter(None, targets):
        if target.kind not in CATCHERS or any(trigger.kind == "link" for trigger in target.triggers):
            text = f"After an event-based gateway an event is awaited, not {_named(target)}; draw a catching event."
            yield Problem(text, target.id, target.line, code="event-gateway-leads-elsewhere")
        elif len(target.incoming) > 1:
            text = "What follows an event-based gateway is reached from nowhere else; delete its other incoming flows."
            yield Problem(text, target.id, target.line, code="event-gateway-target-reached-otherwise")
        elif target.boundaries or target.loop is not None:
            text = "What follows an event-based gateway has neither boundary events nor loops; draw it after the event."
            yield Problem(text, target.id, target.line, code="event-gateway-target-with-boundary")
    kinds = {target.kind for target in targets if target is not None}
    catches_messages = any(
        trigger.kind == "message"
        for target in targets
        if target is not None and target.kind is Kind.INTERMEDIATE_CATCH_EVENT
        for trigger in target.triggers
    )
    if Kind.RECEIVE_TASK in kinds and catches_messages:
        text = "An event-based gateway leads to receive tasks or to message events, not both; use one kind."
        yield Problem(text, gateway.id, gateway.line, code="event-gateway-mixes-messages")


def _named(element: Element) -> str:
    return f"a {element.kind}" if element.kind not in CATCHERS else "a link"
