"""Decisions: what business rule tasks, and service tasks that a dialect uses as such, have in common."""

from server.engine.connecting import Connecting
from server.engine.facts import DecisionMade
from server.engine.tokens import Token
from server.errors import Failure


class Deciding(Connecting):
    """The result goes into the result variable; with output mappings it is `decisionResult` among them as well.

    Where no decision is named, other work is done: an expression or a connector.
    """

    def work(self, token: Token) -> bool:
        reference, scripting = self.element.decision, token.instance.scripting
        if reference is None:
            return self.serve(token)
        key = scripting.text(reference.key, token)
        if not key:
            name = self.element.name or self.element.id
            raise Failure(f"'{name}' does not say which decision it takes.", reference.line)
        version = scripting.text(reference.version, token)
        made = token.instance.setting.world.decide(reference, key, version, token.scope)
        token.instance.report(DecisionMade(token.id, self.element.id, made.told))
        if self.element.outputs:
            token.open_scope({"decisionResult": made.value})
        if reference.result_variable:
            token.scope[reference.result_variable] = made.value
        return True
