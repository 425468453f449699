"""Embedded sub-processes and event sub-processes (BPMN 2.0.2, 10.3.5)."""

from server.engine.nesting import Nesting


class SubProcess(Nesting):
    """Its inside begins by itself, and it is done when the last token inside has gone."""
