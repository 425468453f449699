"""Service tasks: an expression evaluated at once, or outside work that a job does (BPMN 2.0.2, 10.3.3)."""

from server.engine.deciding import Deciding


class ServiceTask(Deciding):
    """It may have a decision made as well, because Flowable draws it so. With neither a connector nor an expression nor
    a decision there is nothing to do, and a token passes through."""
