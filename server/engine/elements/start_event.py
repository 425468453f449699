"""Start events. Whoever starts the instance has heard the trigger already, so a token never waits here."""

from server.engine.catching import Catch
from server.engine.tokens import Token


class Start(Catch):
    """Takes over what the trigger brought, and who it was that started (BPMN 2.0.2, 10.5.2)."""

    def work(self, token: Token) -> bool:
        if self.element.initiator_variable:
            token.scope[self.element.initiator_variable] = token.instance.setting.initiator
        if token.given is not None:
            self.take_over(token, token.given)
        return True
