"""Receive tasks: wait for a message, as an activity with boundary events of its own (BPMN 2.0.2, 10.3.3)."""

from server.engine.catching import Catch


class ReceiveTask(Catch):
    """Without a message it has nothing to wait for, and a token passes through."""

    @property
    def listens(self) -> bool:
        return self.has_to_wait
