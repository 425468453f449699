"""Intermediate events that wait for a message, a timer or a signal (BPMN 2.0.2, 10.5.4)."""

from server.engine.catching import Catch


class CatchEvent(Catch):
    """Goes on with the first of its triggers that comes. A cycle is waited for once here: one token stays one."""

    @property
    def listens(self) -> bool:
        return self.has_to_wait
