"""Work that is done by others or by an expression: what service, send and business rule tasks have in common."""

from server.bpmn.definition import ConnectorCall
from server.engine.facts import ConnectorCalled
from server.engine.mapping import assigned, receive
from server.engine.steps import Step
from server.engine.tokens import Token
from server.engine.urgency import job_priority, retry_cycle, runs_alone
from server.errors import BpmnError


class Connecting(Step):
    """Asks for the work and waits; trying an incident again asks anew."""

    asks_anew = True

    def serve(self, token: Token) -> bool:
        """Have a connector do it, or an expression at once. With neither there is nothing to do."""
        if self.element.connector is not None:
            return self.call(token, self.element.connector)
        if self.element.service is not None:
            value = token.instance.scripting.evaluate(self.element.service, token)
            if self.element.service_result:
                token.scope[self.element.service_result] = value
        return True

    def call(self, token: Token, connector: ConnectorCall) -> bool:
        """Ask, or take what the model wants of the answer that has come: its fields are variables for that.

        Raises BpmnError where the answer means one.
        """
        if token.given is not None:
            for error in connector.errors:
                if token.instance.scripting.evaluate(error.condition, token, token.given.payload):
                    raise BpmnError(error.code, token.instance.scripting.text(error.message, token) or "")
            receive(token, assigned(token, connector.outputs, token.given.payload))
            return True
        parameters = assigned(token, connector.inputs)
        told = (retry_cycle(token), job_priority(token), runs_alone(token))
        token.instance.report(ConnectorCalled(token.id, self.element.id, connector.connector, parameters, *told))
        return False
