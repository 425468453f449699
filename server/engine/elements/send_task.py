"""Send tasks: throw a message, or have a connector carry it (BPMN 2.0.2, 10.3.3)."""

from server.engine.connecting import Connecting
from server.engine.throwing import throw
from server.engine.tokens import Token


class SendTask(Connecting):
    def work(self, token: Token) -> bool:
        if self.element.connector is not None:
            return self.call(token, self.element.connector)
        for trigger in self.element.triggers:
            throw(token, trigger)
            if token.gone:
                return False
        return True
