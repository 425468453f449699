"""Events that are waited for: what intermediate, boundary and start events and receive tasks have in common."""

from server.engine.facts import IncidentResolved
from server.engine.mapping import assigned, receive
from server.engine.steps import Step
from server.engine.tokens import Given, Token


class Catch(Step):
    """Waits until one of its triggers comes. What was woken already goes on at once."""

    def work(self, token: Token) -> bool:
        if token.given is None and self.element.triggers:
            delivery = token.instance.delivery
            delivery.open(token, [delivery.evaluate(trigger, token) for trigger in self.element.triggers])
            return False
        if token.given is not None:
            self.take_over(token, token.given)
        return True

    def take_over(self, token: Token, given: Given) -> None:
        """Write what came along: what the trigger names, or everything where it names nothing."""
        if given.number >= len(self.element.triggers):
            receive(token, given.payload)
            return
        trigger = self.element.triggers[given.number]
        values = dict(given.payload)
        if trigger.payload:
            values = assigned(token, trigger.payload, given.payload)
        if trigger.code_variable:
            values[trigger.code_variable] = given.code
        if trigger.message_variable:
            values[trigger.message_variable] = given.message
        receive(token, values)

    def fire(self, catcher: Token, given: Given) -> None:
        if catcher.catcher:
            self.win(catcher, given)
        else:
            if catcher.failed:
                catcher.was_waiting = False
                catcher.instance.report(IncidentResolved(catcher.id, self.element.id))
            catcher.wake(given)

    def win(self, catcher: Token, given: Given) -> None:
        """The ear of an event-based gateway has heard first: the gateway is left towards this event."""
        gateway = catcher.parent
        if gateway is None:
            return
        flow = next(flow for flow in gateway.task_spec.flows if flow.target == self.element.id)
        gateway.task_spec.decided(gateway, flow, given)
