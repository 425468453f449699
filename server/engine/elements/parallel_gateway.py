"""Parallel gateways: wait for one token from each incoming flow, go on along all (BPMN 2.0.2, 10.6.4)."""

from server.engine.joining import consume, oldest
from server.engine.kernel import WAITING
from server.engine.steps import Step, Taken
from server.engine.tokens import Token


class Parallel(Step):
    """A flow's second token stays for the next time. A token that no flow brought (a modification) passes at once."""

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.via is None or len(self.element.incoming) < 2:
            return True
        found = oldest(my_task.workflow, self.element)
        if len(found) < len(self.element.incoming):
            my_task._set_state(WAITING)
            return False
        consume(found.values(), my_task)
        return True

    def choose(self, token: Token) -> list[Taken]:
        return [Taken(flow) for flow in self.flows]
