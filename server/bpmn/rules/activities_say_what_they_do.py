"""What a service, send, receive task or call activity is to do is said in the model."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        text = _missing(element)
        if text:
            yield Problem(text, element.id, element.line)
        if element.connector is not None and element.service is not None:
            text = "The task has both a connector and an expression; keep one of them."
            yield Problem(text, element.id, element.line)


def _missing(element: Element) -> str:
    does_something = element.connector is not None or element.service is not None
    if element.kind is Kind.SERVICE_TASK and not does_something:
        return "The service task does not say what to do; give it a connector (http-connector) or an expression."
    if element.kind is Kind.SEND_TASK and not does_something:
        if not element.triggers:
            return "The send task sends nothing; choose a message or give it a connector (mail-send)."
        if element.triggers[0].name is None:
            return "The message of the send task has no name; give the message one."
    if element.kind is Kind.RECEIVE_TASK:
        if not element.triggers:
            return "The receive task does not say what it waits for; choose a message."
        if element.triggers[0].name is None:
            return "The message of the receive task has no name; give the message one."
    if element.kind is Kind.CALL_ACTIVITY and element.call is None:
        return "The call activity calls nothing; fill in the id of the process (calledElement)."
    return ""
