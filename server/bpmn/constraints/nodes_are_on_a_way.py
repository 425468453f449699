"""Where a level has a start event, no other path begins without one (BPMN 2.0.2, 10.5.2)."""

from collections.abc import Iterator

from server.bpmn.names import ACTIVITIES, FLOW_NODES, GATEWAYS, SUB_PROCESSES, Node, bpmn_children, flag, local
from server.bpmn.source import Breach, Source

BEGINNING = ACTIVITIES | GATEWAYS | {"intermediateThrowEvent"}


def check(source: Source) -> Iterator[Breach]:
    for level in source.every("process", *sorted(SUB_PROCESSES - {"adHocSubProcess"})):
        held = [(name, node) for name, node in bpmn_children(level) if name in FLOW_NODES]
        if any(name == "startEvent" for name, _ in held):
            yield from _reached(source, level, held)


def _reached(source: Source, level: Node, held: list[tuple[str, Node]]) -> Iterator[Breach]:
    """A path that was cut off; what no flow touches at all was most likely left over, and is only warned of."""
    flows = [flow for name, flow in bpmn_children(level) if name == "sequenceFlow"]
    targets = {source.references.bare(flow.get("targetRef")) for flow in flows}
    sources = {source.references.bare(flow.get("sourceRef")) for flow in flows}
    for name, node in held:
        apart = flag(node, "triggeredByEvent") or flag(node, "isForCompensation") or _instantiates(node)
        if name in BEGINNING and not apart and node.get("id") in sources - targets:
            text = "A path begins here although the level has a start event; draw the flow that leads here."
            yield Breach(node, text, "no-way-in", "process")


def _instantiates(node: Node) -> bool:
    return local(node) in ("receiveTask", "eventBasedGateway") and flag(node, "instantiate")
