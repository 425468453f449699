"""End events: a token is consumed; terminate takes all others of its level along, cancel those of a whole transaction
(BPMN 2.0.2, 10.5.3)."""

from server.engine.compensation import cancel_transaction
from server.engine.steps import Taken
from server.engine.throwing import Throw
from server.engine.tokens import Token


class End(Throw):
    """Throws what it has to throw. A terminate end event ends the level it is in, and no other."""

    def go(self, token: Token, taken: list[Taken]) -> None:
        if any(trigger.kind == "terminate" for trigger in self.element.triggers):
            token.workflow.clear()
        elif any(trigger.kind == "cancel" for trigger in self.element.triggers):
            cancel_transaction(token)
