"""Activities that are repeated: one token for the loop, and for each repetition a token of its own, called a body."""

from collections.abc import Mapping
from typing import Any

from server.bpmn.definition import Loop, Trigger
from server.engine.steps import BODY, Step
from server.engine.throwing import throw
from server.engine.tokens import Token
from server.errors import BpmnError, Failure

MOST = 100_000
"""Bodies that a loop may have at once; more is a number that went wrong."""


class Wrapper(Step):
    """The loop itself. Boundary events and flows belong to it, the mapping belongs to its bodies."""

    repeats = True

    @property
    def maps(self) -> bool:
        return False

    @property
    def loop(self) -> Loop:
        if self.element.loop is None:
            raise ValueError(f"{self.element.id} does not loop")
        return self.element.loop

    def make(self, token: Token, index: int, variables: Mapping[str, Any]) -> None:
        """Start the body *index*, which has *variables* of its own."""
        level = token.workflow
        body = level.arrive(self.element.id + BODY, parent=token, index=index)
        if variables:
            body.open_scope(variables)
        body.task_spec.update(body)

    def proceed(self, token: Token) -> None:
        decision, token.decision = token.decision, None
        if decision is None or not self._throw(token, decision.throws):
            return
        if decision.finish:
            for body in self.bodies(token):
                token.instance.cancel(body)
            token.resume()
        elif decision.next_index is not None:
            self.make(token, decision.next_index, decision.variables)
            token.instance.variables.commit(token.id)

    def _throw(self, token: Token, triggers: tuple[Trigger, ...]) -> bool:
        """Throw events while it goes on. False: one of them took the loop away, or stopped it."""
        instance = token.instance
        for trigger in triggers:
            try:
                throw(token, trigger)
            except BpmnError as error:
                instance.delivery.error(token, error)
            except Failure as failure:
                instance.incident(token, "expression", failure)
            if token.gone or token.failed:
                return False
        return True

    def bodies(self, token: Token) -> list[Token]:
        token.instance.load_rest()
        tokens = [token.instance.all[number] for number in token._children]
        return [body for body in tokens if not body.catcher]

    def whole_number(self, value: Any, what: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise Failure(f"The {what} of '{self.element.name or self.element.id}' has to be a whole number.")
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not 0 <= number <= MOST or number != float(value):
            raise Failure(
                f"The {what} of '{self.element.name or self.element.id}' has to be a whole number"
                f" from 0 to {MOST:,}, and {value!r} is none.",
                self.loop.line,
            )
        return number
