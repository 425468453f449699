"""Events that are thrown: what throw events, end events and send tasks have in common."""

from server.bpmn.definition import Trigger
from server.engine.mapping import carried
from server.engine.steps import Step
from server.engine.tokens import Token
from server.errors import BpmnError, Failure


class Throw(Step):
    """Throws each of its triggers in the order of the file. It may be interrupted by what it throws itself."""

    def work(self, token: Token) -> bool:
        for trigger in self.element.triggers:
            throw(token, trigger)
            if token.gone:
                return False
        return True


def throw(token: Token, trigger: Trigger) -> None:
    """Throw one trigger. Raises BpmnError for an error, Failure for what cannot be evaluated."""
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
