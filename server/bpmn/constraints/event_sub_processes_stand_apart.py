"""An event sub-process has no flows and begins by exactly one start event with a trigger (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from server.bpmn.names import Node, bpmn_children, children, flag
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    apart = {str(node.get("id")): node for node in source.every("subProcess") if flag(node, "triggeredByEvent")}
    for flow in source.every("sequenceFlow"):
        for attribute, words in (("sourceRef", "leave"), ("targetRef", "lead to")):
            node = apart.get(source.references.bare(flow.get(attribute)))
            if node is not None:
                text = f"No sequence flow may {words} an event sub-process; delete it or take triggeredByEvent away."
                yield Breach(flow, text, "flow-at-event-sub-process", "process")
    for node in apart.values():
        yield from _start(node)


def _start(node: Node) -> Iterator[Breach]:
    starts = children(node, "startEvent")
    if len(starts) != 1:
        text = f"An event sub-process has exactly one start event, not {len(starts)}; draw one with a trigger."
        yield Breach(node, text, "event-sub-process-starts", "process")
    for start in starts:
        if not any(
            name == "eventDefinitionRef" or name.endswith("EventDefinition") for name, _ in bpmn_children(start)
        ):
            text = "The start event of an event sub-process needs a trigger; choose message, timer, error or another."
            yield Breach(start, text, "event-sub-process-without-trigger", "process")
