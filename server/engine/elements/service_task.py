"""Service tasks: an expression evaluated at once, or outside work that a job does (BPMN 2.0.2, 10.3.3)."""

from server.engine.connecting import Connecting
from server.engine.tokens import Token


class ServiceTask(Connecting):
    """With neither a connector nor an expression there is nothing to do, and a token passes through."""

    def work(self, token: Token) -> bool:
        if self.element.connector is not None:
            return self.call(token, self.element.connector)
        if self.element.service is not None:
            value = token.instance.scripting.evaluate(self.element.service, token)
            if self.element.service_result:
                token.scope[self.element.service_result] = value
        return True
