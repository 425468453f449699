"""External tasks: whatever a model hands to a program that fetches its work by a topic (BPMN 2.0.2, 10.3.3)."""

from server.engine.fetching import ask, done
from server.engine.steps import Step
from server.engine.tokens import Token


class ExternalTask(Step):
    """Service, send, script and business rule tasks and thrown messages: asks for the work and waits for its end."""

    asks_anew = True

    def work(self, token: Token) -> bool:
        work = self.element.external
        if work is None or done(token, work):
            return True
        ask(token, work)
        return False
