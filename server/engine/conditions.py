"""Conditions that events wait for: asked whenever a variable that they read has changed (BPMN 2.0.2, 10.5.5)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from server.engine.facts import ConditionAsked
from server.engine.tokens import Token
from server.errors import Failure
from server.expressions import Expression, parse

if TYPE_CHECKING:
    from server.engine.instance import Instance

_ANY = ""
"""Stands for every name: a condition whose names are not known beforehand is asked after every change."""


class Conditions:
    """Which conditions read which variables. Whether one held when it was last asked is kept with the token."""

    def __init__(self, instance: "Instance") -> None:
        self._instance = instance
        self._readers: dict[str, dict[tuple[int, int], None]] = {}
        self._fresh: dict[tuple[int, int], None] = {}

    def watch(self, token: Token, number: int) -> None:
        for name in self._names(token, number):
            self._readers.setdefault(name, {})[token.id, number] = None

    def forget(self, token: Token, number: int) -> None:
        self._fresh.pop((token.id, number), None)
        for name in self._names(token, number):
            readers = self._readers[name]
            del readers[token.id, number]
            if not readers:
                del self._readers[name]

    def ask_soon(self, token: Token, number: int) -> None:
        """It has only begun to wait, and may hold already."""
        self._fresh[token.id, number] = None

    def pending(self) -> list[list[Any]]:
        """What is to be asked before the next step, as the snapshot keeps it; empty between commands."""
        if not self.due():
            return []
        return [[list(key) for key in self._fresh], list(self._instance.variables.changed)]

    def restore(self, fresh: list[list[int]], changed: list[str]) -> None:
        self._fresh = dict.fromkeys((activity, number) for activity, number in fresh)
        self._instance.variables.changed = dict.fromkeys(changed)

    def ask_again(self, token: Token) -> None:
        """What kept one of its conditions from being asked may be mended."""
        for number, wait in token.waits.items():
            if wait.kind == "conditional":
                self.ask_soon(token, number)

    def due(self) -> bool:
        """Whether any has to be asked."""
        if not self._readers:
            self._instance.variables.changed.clear()
        return bool(self._fresh or self._instance.variables.changed)

    def ask(self) -> None:
        """Ask every condition that may have changed, in the order in which their tokens came."""
        changed, self._instance.variables.changed = self._instance.variables.changed, {}
        concerned, self._fresh = self._fresh, {}
        for name in (*changed, _ANY) if changed else ():
            concerned.update(self._readers.get(name, {}))
        for number, which in sorted(concerned):
            token = self._instance.all.get(number)
            if token is not None and which in token.waits:
                self._ask(token, which)

    def _ask(self, token: Token, number: int) -> None:
        """It is heard when it has become true; it has to become false before it is heard again."""
        wait = token.waits[number]
        holds = self._holds(token, number)
        if holds != wait.held:
            token.waits[number] = replace(wait, held=holds)
            token.touch()
            if holds:
                self._instance.scripting.tell(token, "event", self._condition(token, number), True)
                self._instance.delivery.wake(token, number, {})

    def _holds(self, token: Token, number: int) -> bool:
        """A condition about variables that are not there yet does not hold; one that fails is an incident."""
        condition = self._condition(token, number)
        if any(name not in token.scope for name in parse(condition).names):
            return False
        try:
            return bool(self._instance.scripting.evaluate(condition, token))
        except Failure as failure:
            blamed = token.parent if token.catcher and token.parent is not None else token
            if not blamed.failed:
                self._instance.incident(blamed, "expression", failure)
            return False

    def _names(self, token: Token, number: int) -> tuple[str, ...]:
        return tuple(parse(self._condition(token, number)).names) or (_ANY,)

    def _condition(self, token: Token, number: int) -> Expression:
        condition = token.task_spec.triggers[number].condition
        return condition if condition is not None else Expression("False")


def tell_start(instance: "Instance", start_element: str, number: int, payload: Mapping[str, Any]) -> None:
    """Report the condition that has begun the instance, with what it has read of the payload or of data stores."""
    triggers = instance.program.top.level.openers().get(start_element, ())
    condition = triggers[number].condition if number < len(triggers) else None
    if condition is None:
        return
    names = sorted(parse(condition).names)
    try:
        read = {name: payload[name] if name in payload else instance.setting.world.read_store(name) for name in names}
    except Failure:
        read = {}
    instance.report(ConditionAsked(0, start_element, "event", condition.text, True, read))
