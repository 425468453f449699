"""Start events. Whoever starts the instance has heard a trigger already, so a token waits here only for others."""

from server.engine.catching import Catch
from server.engine.tokens import Token


class Start(Catch):
    """Takes over what the trigger brought, and who it was that started (BPMN 2.0.2, 10.5.2). Where all of several
    triggers have to come, the first begins the instance, which then waits for the others."""

    def work(self, token: Token) -> bool:
        if self.element.initiator_variable:
            token.scope[self.element.initiator_variable] = token.instance.setting.initiator
        given = token.given
        if given is not None and self.parallel_multiple and not given.also:
            token.heard, token.given = {given.number: given}, None
            self.wait(token)
            return False
        if given is not None:
            self.take_over(token, given)
        return True
