"""Event-based gateways: the event that comes first decides (BPMN 2.0.2, 10.6.6)."""

from server.bpmn.definition import Flow
from server.engine.facts import ActivityCompleted
from server.engine.steps import Step, Taken
from server.engine.tokens import Given, Token


class EventBased(Step):
    """Waits itself, with an ear out for each event behind it; the events are not reached before one has come."""

    def work(self, token: Token) -> bool:
        steps = [token.workflow.spec.step(flow.target) for flow in self.flows]
        token.instance.delivery.attach(token, steps)
        return False

    def decided(self, gateway: Token, flow: Flow, given: Given) -> None:
        gateway.instance.report(ActivityCompleted(gateway.id, self.element.id))
        gateway.instance.remove(gateway)
        self.report_flow(gateway, Taken(flow))
        gateway.workflow.enter(flow.target, via=flow.id, given=given)
