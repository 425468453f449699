"""Event-based gateways: the event that comes first decides, or all have to come (BPMN 2.0.2, 10.6.6)."""

from server.bpmn.definition import Flow
from server.engine.facts import ActivityCompleted, IncidentResolved
from server.engine.steps import Step, Taken
from server.engine.tokens import Given, Token


class EventBased(Step):
    """Waits itself, with an ear out for each event behind it; the events are not reached before one has come.

    One that begins an instance has heard its first event already; a parallel one lets every event wait for itself.
    """

    keeps_given = True

    @property
    def listens(self) -> bool:
        return not self.element.parallel

    def work(self, token: Token) -> bool:
        if token.given is not None or self.element.parallel:
            return True
        steps = [token.workflow.spec.step(flow.target) for flow in self.flows]
        token.instance.delivery.attach(token, steps)
        return False

    def choose(self, token: Token) -> list[Taken]:
        if self.element.parallel:
            return [Taken(flow) for flow in self.flows]
        return [Taken(flow) for flow in self.flows if self._came(token, flow)]

    def go(self, token: Token, taken: list[Taken]) -> None:
        for way in taken:
            self.report_flow(token, way)
            given = token.given if self._came(token, way.flow) else None
            token.workflow.enter(way.flow.target, via=way.flow.id, given=given)

    def _came(self, token: Token, flow: Flow) -> bool:
        """The instance was begun by the event at the end of the flow; what was given names it."""
        return token.given is not None and token.given.message == flow.target

    def decided(self, gateway: Token, flow: Flow, given: Given) -> None:
        if gateway.failed:  # a condition behind it could not be asked, and now another event has come
            gateway.instance.report(IncidentResolved(gateway.id, self.element.id))
        gateway.instance.report(ActivityCompleted(gateway.id, self.element.id))
        gateway.instance.remove(gateway)
        self.report_flow(gateway, Taken(flow))
        gateway.workflow.enter(flow.target, via=flow.id, given=given)
