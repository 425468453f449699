"""Intermediate events that throw a message, a signal or an escalation, or nothing (BPMN 2.0.2, 10.5.4)."""

from server.engine.throwing import Throw


class ThrowEvent(Throw):
    """Throws, and goes on."""
