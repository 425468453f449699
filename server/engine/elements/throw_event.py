"""Intermediate events that throw a message, a signal or an escalation, or nothing (BPMN 2.0.2, 10.5.4)."""

from server.bpmn.definition import Element
from server.bpmn.definition import Level as LevelDefinition
from server.engine.levels import LevelSpec
from server.engine.steps import Taken
from server.engine.throwing import Throw
from server.engine.tokens import Token


class ThrowEvent(Throw):
    """Throws, and goes on; a link goes on at the events of its level that catch it, as if a flow led there."""

    def __init__(self, owner: LevelSpec, element: Element, level: LevelDefinition, name: str | None = None) -> None:
        super().__init__(owner, element, level, name)
        self.linked = level.linked(element)

    def go(self, token: Token, taken: list[Taken]) -> None:
        for target in self.linked:
            token.workflow.enter(target)
        super().go(token, taken)
