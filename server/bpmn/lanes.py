"""Reads lanes (BPMN 2.0.2, 10.8): which elements each holds; of nested lanes the innermost counts."""

from server.bpmn.definition import Lane
from server.bpmn.events import Surroundings
from server.bpmn.names import BPMN, FLOW_NODES, Node, children, content

REFERABLE = (
    "task",
    *sorted(FLOW_NODES - {"task"}),
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "textAnnotation",
    "group",
    "sequenceFlow",
    "association",
)


def read_lanes(process: Node, around: Surroundings) -> tuple[Lane, ...]:
    """Every lane of a process and of its sub-processes, outer before inner, in the order of the file."""
    lanes = []
    for node in process.iter("{" + BPMN + "}lane"):
        held = []
        for reference in children(node, "flowNodeRef"):
            found = around.references.find(node, content(reference), REFERABLE)
            if found is not None:
                held.append(str(found.get("id")))
        name = (node.get("name") or "").strip()
        lanes.append(Lane(node.get("id") or "", name, tuple(held)))
    return tuple(lanes)


def lane_names(lanes: tuple[Lane, ...]) -> dict[str, str]:
    """The name of the innermost lane by the id of an element; lanes without a name say nothing."""
    return {element: lane.name for lane in lanes if lane.name for element in lane.elements}
