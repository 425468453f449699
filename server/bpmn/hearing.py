"""Puts what listens to a whole process where it is heard: at its start events, and when its last token goes."""

from dataclasses import replace

from server.bpmn.definition import Level, Listener
from server.bpmn.findings import Findings
from server.bpmn.names import Node


def heard(level: Level, listeners: tuple[Listener, ...], node: Node, findings: Findings) -> Level:
    """The level with the listeners of the process that `node` is."""
    for listener in listeners:
        if listener.event == "end" and listener.work is not None:
            text = "No worker can be waited for when a process ends; draw what the listener does before the end."
            findings.problem(node, text, code="foreign-code")
    first = tuple(each for each in listeners if each.event == "start")
    last = tuple(each for each in listeners if each.event == "end" and each.work is None)
    if not first:
        return replace(level, listeners=last) if last else level
    starts = {key: level.elements[key] for key in level.starts}
    begun = {key: replace(element, listeners=first + element.listeners) for key, element in starts.items()}
    return replace(level, elements={**level.elements, **begun}, listeners=last, start_listeners=first)
