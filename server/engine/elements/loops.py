"""Standard loops: again while a condition holds (BPMN 2.0.2, 10.3.8)."""

from server.engine.looping import Wrapper
from server.engine.tokens import Decision, Token


class StandardLoop(Wrapper):
    """`loopCounter` is the number of the present pass, beginning with 1, as the standard counts; a condition that is
    tested before the first pass sees 0. Without a condition the loop runs as often as its maximum says, or once."""

    def work(self, token: Token) -> bool:
        token.open_scope({"loopCounter": 0})
        if self.loop.test_before and not self._again(token, 0):
            return True
        self._count(token, 1)
        self.make(token, 0, {})
        return False

    def consider(self, token: Token, body: Token) -> None:
        done = (body.index or 0) + 1
        if self._again(token, done):
            self._count(token, done + 1)
            token.decision = Decision(next_index=done)
        else:
            token.decision = Decision(finish=True)

    def _again(self, token: Token, done: int) -> bool:
        condition, most = self.loop.loop_condition, self.loop.loop_maximum
        if most is not None and done >= most:
            return False
        if condition is None:
            return most is not None or done == 0
        scripting = token.instance.scripting
        again = bool(scripting.evaluate(condition, token))
        scripting.tell(token, "loop", condition, again)
        return again

    def _count(self, token: Token, number: int) -> None:
        token.scope.set_local("loopCounter", number)
