"""Event sub-processes: an ear that a level has out for as long as it lives (BPMN 2.0.2, 10.3.5 and 13.5.4)."""

from server.bpmn.definition import Element
from server.bpmn.definition import Level as LevelDefinition
from server.engine.catching import Catch
from server.engine.levels import LevelSpec
from server.engine.tokens import Given, Token

LISTEN = "#listen"  # "#" cannot be part of an id in a model


class Listener(Catch):
    """Hears the trigger of the start event inside, and starts the event sub-process in the level around it. One that
    interrupts ends everything else in the level first; one that does not goes on listening."""

    sub_process: str

    def __init__(self, owner: LevelSpec, start: Element, inner: LevelDefinition, sub_process: str) -> None:
        super().__init__(owner, start, inner, sub_process + LISTEN)
        self.sub_process = sub_process

    def fire(self, catcher: Token, given: Given) -> None:
        level, instance = catcher.workflow, catcher.instance
        if self.element.interrupting or self.element.triggers[given.number].kind == "error":
            level.clear()
        else:
            instance.delivery.heard(catcher, given.number)
        level.enter(self.sub_process, given=given)
