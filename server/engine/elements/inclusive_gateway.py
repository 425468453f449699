"""Inclusive gateways: along every flow that holds, joined when nobody else can come (BPMN 2.0.2, 10.6.3)."""

from server.bpmn.definition import Element
from server.bpmn.definition import Level as LevelDefinition
from server.engine.joining import consume, oldest, reaching
from server.engine.kernel import WAITING
from server.engine.levels import LevelSpec
from server.engine.steps import Step
from server.engine.tokens import Token


class Inclusive(Step):
    """A join goes on once no token elsewhere in its level can still reach an empty incoming flow; a token that can
    reach a filled one as well does not count (13.4.3). It is asked only when nothing else is ready."""

    def __init__(self, owner: LevelSpec, element: Element, level: LevelDefinition, name: str | None = None) -> None:
        super().__init__(owner, element, level, name)
        joins = len(element.incoming) > 1
        self.reach = {flow: reaching(level, flow, element.id) for flow in element.incoming} if joins else {}

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.via is None or not self.reach:
            return True
        my_task._set_state(WAITING)
        my_task.instance.joins[my_task.id] = my_task
        return False

    def restored(self, token: Token) -> None:
        if token.state == WAITING and not token.catcher:
            token.instance.joins[token.id] = token

    def held_by(self, token: Token) -> set[str]:
        level = token.workflow
        filled = oldest(level, self.element)
        empty = [self.reach[flow] for flow in self.element.incoming if flow not in filled]
        full = [self.reach[flow] for flow in filled]
        return {
            name
            for name in level.occupied
            if name != self.name and any(name in reach for reach in empty) and not any(name in reach for reach in full)
        }

    def join(self, token: Token) -> None:
        found = list(oldest(token.workflow, self.element).values())
        keep = min(found, key=lambda other: other.id)
        consume(found, keep)
        keep.instance.joins.pop(keep.id)
        keep.ready()
