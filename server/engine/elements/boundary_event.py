"""Boundary events: something happens while an activity goes on, and ends it or not (BPMN 2.0.2, 10.5.6)."""

from server.engine.catching import Catch
from server.engine.tokens import Given, Token


class Boundary(Catch):
    """Each firing is an activity instance of its own. One that does not interrupt goes on listening."""

    def work(self, token: Token) -> bool:
        if token.given is not None:
            self.take_over(token, token.given)
        return True

    def fire(self, catcher: Token, given: Given) -> None:
        activity, level, instance = catcher.parent, catcher.workflow, catcher.instance
        if activity is None:
            return
        interrupted = self.element.interrupting or self.element.triggers[given.number].kind in ("error", "cancel")
        if interrupted:
            instance.cancel(activity)
        else:
            instance.delivery.heard(catcher, given.number)
        level.enter(self.element.id, given=given)
        undoing: Token | None = activity.parent
        if interrupted and undoing is not None:
            undoing.task_spec.proceed(undoing)
