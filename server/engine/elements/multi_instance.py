"""Multi-instance activities: once for each item, all at once or one after the other (BPMN 2.0.2, 10.3.8)."""

from dataclasses import replace
from typing import Any

from server.bpmn.definition import Trigger
from server.engine.looping import Wrapper
from server.engine.throwing import check
from server.engine.tokens import Decision, Token
from server.errors import Failure
from server.expressions import Expression, values

_TOTAL, _ACTIVE, _DONE = "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"


class MultiInstance(Wrapper):
    """`loopCounter` is the index of the body, beginning with 0, as models drawn for Camunda expect.

    The counters live in the loop's scope, the item and `loopCounter` in each body's. Results are collected in the
    order of the items, whatever order the bodies end in; bodies that were not needed any more have none.
    """

    def work(self, token: Token) -> bool:
        items = self._items(token)
        total = len(items) if items is not None else self._cardinality(token)
        said = self.loop.cardinality if items is None else self.loop.collection
        if said is not None:
            what = "cardinality" if items is None else "collection"
            token.instance.scripting.tell(token, what, said, total)
        now = total if self.loop.kind == "parallel" else min(total, 1)
        token.open_scope({_TOTAL: total, _ACTIVE: now, _DONE: 0})
        for index in range(now):
            self.make(token, index, self._variables(items, index))
        return total == 0

    def _cardinality(self, token: Token) -> int:
        if self.loop.cardinality is None:
            raise Failure(f"'{self.element.name or self.element.id}' does not say how often it is to run.")
        value = token.instance.scripting.evaluate(self.loop.cardinality, token)
        return self.whole_number(value, "number of instances")

    def _items(self, token: Token) -> list[Any] | None:
        if self.loop.collection is None:
            return None
        value = token.instance.scripting.evaluate(self.loop.collection, token)
        if isinstance(value, dict):
            return list(value.values())
        if isinstance(value, list | tuple):
            return list(value)
        raise Failure(
            f"'{self.element.name or self.element.id}' runs once for each item of"
            f" `{self.loop.collection.text}`, which is no list.",
            self.loop.line,
            sorted(token.instance.scripting.names_read(self.loop.collection, token)),
        )

    def _variables(self, items: list[Any] | None, index: int) -> dict[str, Any]:
        variables: dict[str, Any] = {"loopCounter": index}
        if items is not None and self.loop.element_variable:
            if index >= len(items):
                raise Failure(f"The list of '{self.element.name or self.element.id}' has become shorter meanwhile.")
            variables[self.loop.element_variable] = items[index]
        if self.loop.result_collection and self.loop.result_variable:
            variables.setdefault(self.loop.result_variable, None)
        return variables

    def consider(self, token: Token, body: Token) -> None:
        scope, index = token.instance.variables[token.id], body.index or 0
        done, total = scope.own(_DONE) + 1, scope.own(_TOTAL)
        active = scope.own(_ACTIVE) - 1
        scope.set_local(_DONE, done)
        scope.set_local(_ACTIVE, active)
        condition = self.loop.completion_condition
        enough = condition is not None and self._is_enough(condition, body)
        if enough or (active == 0 if self.loop.kind == "parallel" else index + 1 >= total):
            token.decision = Decision(finish=True)
        elif self.loop.kind == "sequential":
            token.decision = Decision(index + 1, self._variables(self._items(token), index + 1))
            scope.set_local(_ACTIVE, 1)
        self._keep(token, body)
        throws = self._throws(body, done)
        if throws:
            token.decision = replace(token.decision or Decision(), throws=throws)

    def _is_enough(self, condition: Expression, body: Token) -> bool:
        """Told when it has come true: that it had not before is what the further bodies tell."""
        scripting = body.instance.scripting
        enough = bool(scripting.evaluate(condition, body))
        if enough:
            scripting.tell(body, "completion", condition, enough)
        return enough

    def _throws(self, body: Token, done: int) -> tuple[Trigger, ...]:
        """The events that this completion throws: with the first (behavior One), with each (None), on a condition."""
        scripting = body.instance.scripting
        found: list[Trigger] = []
        for each in self.loop.throws:
            if each.when == "condition":
                wanted = each.condition is None or bool(scripting.evaluate(each.condition, body))
            else:
                wanted = each.when == "each" or done == 1
            if wanted:
                found += each.triggers
        for trigger in found:
            check(body, trigger)
        return tuple(found)

    def body_cancelled(self, token: Token) -> bool:
        """One body was taken away from outside. False: no body is left, and none has been completed."""
        scope = token.instance.variables[token.id]
        active = int(scope.own(_ACTIVE)) - 1
        scope.set_local(_ACTIVE, active)
        token.instance.variables.commit(token.id)
        if active == 0 and scope.own(_DONE):
            token.resume()
            return True
        return active > 0

    def _keep(self, token: Token, body: Token) -> None:
        """A result stays a part of its own until all are there, so that keeping one costs the same among a thousand."""
        name = self.loop.result_variable
        if self.loop.result_collection and name and body.scope.holds(name):
            index = body.index or 0
            token.results[index] = values.dump(body.scope.own(name))
            token.instance.parts.write(f"r{token.id}:{index}", token.results[index])

    def keep_result(self, token: Token, index: int, text: str) -> None:
        token.results[index] = text

    def _close(self, token: Token) -> None:
        token.instance.load_rest()
        if self.loop.result_collection:
            results = [values.load(token.results[index]) for index in sorted(token.results)]
            scope = token.scope
            around = scope if scope.holds(self.loop.result_collection) else scope.outer
            if around is not None:
                around[self.loop.result_collection] = results
        super()._close(token)

    def forget(self, token: Token) -> None:
        for index in token.results:
            token.instance.parts.remove(f"r{token.id}:{index}")
