"""Service tasks: an expression evaluated at once, or outside work that a job does (BPMN 2.0.2, 10.3.3)."""

from server.engine.connecting import Connecting
from server.engine.tokens import Token


class ServiceTask(Connecting):
    """With neither a connector nor an expression there is nothing to do, and a token passes through."""

    def work(self, token: Token) -> bool:
        return self.serve(token)
