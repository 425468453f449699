"""Events that are thrown: what throw events, end events and send tasks have in common."""

from server.bpmn.definition import Trigger
from server.engine.compensation import compensate
from server.engine.mapping import carried
from server.engine.steps import Step
from server.engine.timing import seconds
from server.engine.tokens import Token
from server.errors import BpmnError, Failure


class Throw(Step):
    """Throws each of its triggers in the order of the file. It may be interrupted by what it throws itself."""

    def work(self, token: Token) -> bool:
        waits = False
        for trigger in self.element.triggers:
            if trigger.kind == "compensation":
                waits = compensate(token, trigger.reference, trigger.waits) or waits
            else:
                throw(token, trigger)
            if token.gone:
                return False
        return not waits


def check(token: Token, trigger: Trigger) -> None:
    """Evaluate what will be thrown, so that what fails does so before anything has been thrown. Raises Failure."""
    token.instance.scripting.text(trigger.name, token)
    token.instance.scripting.text(trigger.correlation_key, token)
    if trigger.time_to_live is not None:
        seconds(trigger.time_to_live, token)
    carried(token, trigger)


def throw(token: Token, trigger: Trigger) -> None:
    """Throw one trigger, and wait for nothing. Raises BpmnError for an error, Failure for what cannot be evaluated."""
    delivery = token.instance.delivery
    if trigger.kind == "message":
        delivery.message(token, trigger)
    elif trigger.kind == "signal":
        delivery.signal(token, trigger)
    elif trigger.kind in ("error", "escalation"):
        code = token.instance.scripting.text(trigger.name, token)
        if not code:
            raise Failure(f"The {trigger.kind} that is thrown here has no code.", trigger.line)
        payload = carried(token, trigger)
        if trigger.kind == "error":
            raise BpmnError(code, variables=payload)
        delivery.escalation(token, code, payload)
    elif trigger.kind == "compensation":
        compensate(token, trigger.reference, waits=False)
