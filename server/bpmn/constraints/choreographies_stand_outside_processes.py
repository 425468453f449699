"""Choreography activities belong to a choreography, never to a process (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from server.bpmn.names import SUB_PROCESSES, local
from server.bpmn.source import Breach, Source

ACTIVITIES = ("callChoreography", "choreographyTask", "subChoreography")


def check(source: Source) -> Iterator[Breach]:
    for node in source.every(*ACTIVITIES):
        holder = node.getparent()
        if holder is not None and local(holder) in SUB_PROCESSES | {"process"}:
            text = f"A {local(node)} cannot stand in a process; draw an activity in its place."
            yield Breach(node, text, scope="process")
