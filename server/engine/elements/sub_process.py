"""Embedded sub-processes: a level inside an activity (BPMN 2.0.2, 10.3.5)."""

from server.engine.levels import SubLevel
from server.engine.steps import Step
from server.engine.tokens import Token


class SubProcess(Step):
    """Done when the last token inside has gone. The data objects it declares are variables of its own, at first empty
    (None); those of the process are ordinary variables that are not set before somebody does."""

    def work(self, token: Token) -> bool:
        if self.inner is None:
            return True
        if self.inner.level.variables:
            scope = token.open_scope({})
            for name in self.inner.level.variables:
                if not scope.holds(name):
                    scope.set_local(name, None)
        level = SubLevel(self.inner, token)
        if level.begin():
            return False
        del token.instance.levels[token.id]
        return True

    def restored(self, token: Token) -> None:
        if token.works and self.inner is not None:
            SubLevel(self.inner, token)
