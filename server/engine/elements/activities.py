"""Abstract and manual tasks: work that the server knows nothing of, so that a token passes through."""

from server.engine.steps import Step


class Activity(Step):
    """A task without a type, or a manual task (BPMN 2.0.2, 10.3.3): done as soon as it is reached."""
