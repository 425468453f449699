"""Work that a program of its own fetches, does and reports back: an external task, as wait state of an activity."""

from server.bpmn.definition import ExternalWork
from server.engine.facts import ExternalTaskCreated
from server.engine.mapping import priority_of
from server.engine.tokens import Token
from server.errors import BpmnError, Failure

ASKED, ANSWERED = "asked", "answered"


def ask(token: Token, work: ExternalWork, listener: str | None = None) -> None:
    """Tell the world that there is work; `listener` is the event it is for, where it is not the activity's own."""
    scripting, element = token.instance.scripting, token.task_spec.element
    topic = scripting.text(work.topic, token)
    if not topic:
        raise Failure(f"The topic `{work.topic.text}` has no value, so that nobody could fetch the work.", work.line)
    headers = {name: scripting.text(value, token) or "" for name, value in work.headers}
    token.external = ASKED
    token.touch()
    token.instance.report(
        ExternalTaskCreated(
            activity=token.id,
            element=element.id,
            topic=topic,
            priority=priority_of(token, work.priority),
            headers=headers,
            retry_cycle=element.retry_cycle,
            listener=listener,
        )
    )


def done(token: Token, work: ExternalWork) -> bool:
    """Whether the answer has come; it is used up by that. Raises BpmnError where the answer means an error."""
    if token.external != ANSWERED:
        return False
    token.external = None
    token.touch()
    for error in work.errors:
        if token.instance.scripting.evaluate(error.condition, token):
            raise BpmnError(error.code, token.instance.scripting.text(error.message, token) or "")
    return True
