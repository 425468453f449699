"""What a service, send, receive task or call activity is to do is said in the model."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        code, text = _missing(element)
        if text:
            yield Problem(text, element.id, element.line, code=code)
        if element.connector is not None and element.service is not None:
            text = "The task has both a connector and an expression; keep one of them."
            yield Problem(text, element.id, element.line, code="work-said-twice")


def _missing(element: Element) -> tuple[str, str]:
    """The code and the sentence of what is missing; both empty when nothing is."""
    ways = (element.connector, element.service, element.external, element.decision)
    does_something = any(way is not None for way in ways)
    if element.kind is Kind.SERVICE_TASK and not does_something:
        return (
            "task-without-work",
            "The service task does not say what to do; give it a connector (http-connector) or an expression.",
        )
    if element.kind is Kind.SEND_TASK and not does_something:
        if not element.triggers:
            return (
                "nothing-to-send",
                "The send task sends nothing; choose a message or give it a connector (mail-send).",
            )
        if element.triggers[0].name is None:
            return "name-missing", "The message of the send task has no name; give the message one."
    if element.kind is Kind.RECEIVE_TASK:
        if not element.triggers:
            return "nothing-to-receive", "The receive task does not say what it waits for; choose a message."
        if element.triggers[0].name is None:
            return "name-missing", "The message of the receive task has no name; give the message one."
    if element.kind is Kind.BUSINESS_RULE_TASK and not does_something:
        return "task-without-work", "The business rule task names no decision; choose one (decisionRef)."
    if element.kind is Kind.CALL_ACTIVITY and element.call is None:
        return "nothing-to-call", "The call activity calls nothing; fill in the id of the process (calledElement)."
    return "", ""
