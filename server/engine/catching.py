"""Events that are waited for: what intermediate, boundary and start events and receive tasks have in common."""

from server.engine.carrying import received
from server.engine.correlation import learn
from server.engine.facts import IncidentResolved
from server.engine.mapping import assigned, receive
from server.engine.steps import Step
from server.engine.tokens import Given, Token


class Catch(Step):
    """Waits until one of its triggers comes. What was woken already goes on at once."""

    @property
    def has_to_wait(self) -> bool:
        """There is something to wait for; a link is followed at once."""
        return any(trigger.kind != "link" for trigger in self.triggers)

    def work(self, token: Token) -> bool:
        if token.given is None and self.has_to_wait:
            self.wait(token)
            return False
        if token.given is not None:
            self.take_over(token, token.given)
        return True

    def wait(self, token: Token) -> None:
        """Have an ear out for every trigger."""
        delivery = token.instance.delivery
        delivery.open(token, [delivery.evaluate(trigger, token) for trigger in self.triggers])

    def take_over(self, token: Token, given: Given) -> None:
        """Write what came along, with all of the triggers that had to come."""
        for each in (given, *given.also):
            self._take_over(token, each)

    def _take_over(self, token: Token, given: Given) -> None:
        """Write what the trigger names, or everything where it names nothing."""
        if given.number < len(self.triggers):
            learn(token, self.triggers[given.number], given.payload)
        data = self.element.data
        if data is not None and data.outputs:
            receive(token, received(data, given.payload))
            return
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
