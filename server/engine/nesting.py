"""A level inside an activity: what embedded, ad-hoc and event sub-processes and transactions have in common."""

from server.engine.levels import SubLevel
from server.engine.steps import Step
from server.engine.tokens import Token
from server.errors import Failure


class Nesting(Step):
    """Done when the last token inside has gone. The data objects it declares are variables of its own, at first empty
    (None); those of the process are ordinary variables that are not set before somebody does."""

    @property
    def start(self) -> str | None:
        """Where an event sub-process begins, whose trigger has come."""
        return self.element.inner.starts[0] if self.element.triggered_by_event and self.element.inner else None

    def work(self, token: Token) -> bool:
        if self.inner is None:
            return True
        self.open_variables(token)
        level = SubLevel(self.inner, token)
        try:
            begun = level.begin(self.start, token.given)
        except Failure:
            del token.instance.levels[token.id]
            raise
        if not begun:
            level.clear()
            del token.instance.levels[token.id]
        return not begun

    def open_variables(self, token: Token) -> None:
        if self.inner is not None and self.inner.level.variables:
            scope = token.open_scope({})
            for name in self.inner.level.variables:
                if not scope.holds(name):
                    scope.set_local(name, None)
        token.instance.variables.commit(token.id)

    def restored(self, token: Token) -> None:
        if (token.works or token.was_waiting) and self.inner is not None:
            SubLevel(self.inner, token)
