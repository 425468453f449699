"""What an element names as incoming and outgoing are its sequence flows, all of them (BPMN 2.0.2, 8.4.13)."""

from collections.abc import Iterator

from server.bpmn.lineage.habits import is_of_family
from server.bpmn.names import FLOW_NODES, Node, children, content, local
from server.bpmn.source import Breach, Source, level_around


def check(source: Source) -> Iterator[Breach]:
    """Files that leave these lists out altogether, as editors and people may, are not looked at. Engines of the Camunda
    family go by the ends of the flow alone, as we do: in their files it is only told."""
    listing = {level_around(node) for node in source.every("incoming", "outgoing")}
    for flow in source.every("sequenceFlow"):
        if level_around(flow) not in listing:
            continue
        for attribute, name in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node = source.named(flow.get(attribute))
            if node is not None and local(node) in FLOW_NODES and not _lists(source, node, name, flow):
                text = f'"{node.get("id")}" does not name the flow as {name}; draw the flow again in the editor.'
                yield Breach(flow, text, "flow-not-listed", harmless=is_of_family(flow))


def _lists(source: Source, node: Node, name: str, flow: Node) -> bool:
    return any(source.references.bare(content(each)) == flow.get("id") for each in children(node, name))
