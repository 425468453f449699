"""Reads the levels of a process: elements, flows and data that share one scope; inner levels first, never recursing."""

from collections.abc import Iterable, Mapping

from server.bpmn import languages
from server.bpmn.activities import Connections, read_element
from server.bpmn.definition import Element, Flow, Kind, Level
from server.bpmn.events import Surroundings
from server.bpmn.extensions import NOTHING
from server.bpmn.items import is_placeholder
from server.bpmn.loops import data_name
from server.bpmn.names import (
    ACTIVITIES,
    BPMN,
    FLOW_NODES,
    SUB_PROCESSES,
    Node,
    bpmn_children,
    child,
    content,
    flag,
    line_of,
    local,
)
from server.expressions.expression import Expression


def read_level(process: Node, around: Surroundings, lanes: Mapping[str, str]) -> Level:
    """The level of a process, with those of its sub-processes inside."""
    tags = ["{" + BPMN + "}" + tag for tag in sorted(SUB_PROCESSES)]
    levels: dict[Node, Level] = {}
    undoing = _undoing(process, around)
    for node in reversed(list(process.iter(*tags))):
        levels[node] = _one_level(node, around, levels, lanes, undoing)
    return _one_level(process, around, levels, lanes, undoing)


def _undoing(process: Node, around: Surroundings) -> dict[str, str]:
    """By the id of a compensation boundary event: the activity that its association leads to (BPMN 2.0.2, 10.7.1)."""
    found: dict[str, str] = {}
    nodes, bare = around.references.nodes, around.references.bare
    for association in process.getroottree().getroot().iter("{" + BPMN + "}association"):
        source, target = bare(association.get("sourceRef")), bare(association.get("targetRef"))
        event, activity = nodes.get(source), nodes.get(target)
        if event is None or activity is None or local(event) != "boundaryEvent" or local(activity) not in ACTIVITIES:
            continue
        if flag(activity, "isForCompensation"):
            found.setdefault(source, target)
    return found


def _one_level(
    holder: Node, around: Surroundings, levels: dict[Node, Level], lanes: Mapping[str, str], undoing: Mapping[str, str]
) -> Level:
    children = list(bpmn_children(holder))
    flows = {flow.id: flow for flow in (_flow(node, around) for name, node in children if name == "sequenceFlow")}
    connections = _connections(children, flows.values(), undoing, around)
    elements: dict[str, Element] = {}
    variables: list[str] = []
    for name, node in children:
        if name in FLOW_NODES:
            key = str(node.get("id"))
            lane = lanes.get(key, "")
            elements[key] = read_element(node, around, levels.get(node), lane, connections.get(key, Connections()))
        elif name in ("dataObject", "property") and (node.get("name") or node.get("id")):
            name = data_name(node, around)
            if not is_placeholder(name):
                variables.append(name)
    return Level(str(holder.get("id") or ""), elements, flows, _starts(elements), tuple(dict.fromkeys(variables)))


def _connections(
    children: list[tuple[str, Node]], flows: Iterable[Flow], undoing: Mapping[str, str], around: Surroundings
) -> dict[str, Connections]:
    """What touches each element, by its id, in the order of the file."""
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    attached: dict[str, list[str]] = {}
    for flow in flows:
        into.setdefault(flow.target, []).append(flow.id)
        out.setdefault(flow.source, []).append(flow.id)
    for name, node in children:
        if name == "boundaryEvent":
            attached.setdefault(around.references.bare(node.get("attachedToRef")), []).append(str(node.get("id")))
    return {
        key: Connections(
            tuple(into.get(key, ())), tuple(out.get(key, ())), tuple(attached.get(key, ())), undoing.get(key)
        )
        for key in {**into, **out, **attached, **undoing}
    }


def _flow(node: Node, around: Surroundings) -> Flow:
    return Flow(
        str(node.get("id")),
        around.references.bare(node.get("sourceRef")),
        around.references.bare(node.get("targetRef")),
        (node.get("name") or "").strip(),
        _condition(node, around),
        line_of(node),
        around.words.get(node, NOTHING).listeners,
    )


def _condition(node: Node, around: Surroundings) -> Expression | None:
    condition = child(node, "conditionExpression")
    if condition is None:
        return None
    text = content(condition)
    if not text:
        around.findings.problem(node, "The condition is empty; write one or take it away.", code="empty-expression")
        return None
    return languages.formula(text, line_of(condition), condition.get("language"), around.language)


def _starts(elements: dict[str, Element]) -> tuple[str, ...]:
    """Where a token may begin: the start events, else (an implicit start) what no flow leads to."""
    starts = tuple(e.id for e in elements.values() if e.kind is Kind.START_EVENT or (e.instantiate and not e.incoming))
    if starts:
        return starts
    return tuple(element.id for element in elements.values() if not element.incoming and not _begins_by_itself(element))


def _begins_by_itself(element: Element) -> bool:
    """No flow leads there, and yet it is no implicit start."""
    caught = element.kind is Kind.INTERMEDIATE_CATCH_EVENT and any(t.kind == "link" for t in element.triggers)
    return caught or element.kind is Kind.BOUNDARY_EVENT or element.triggered_by_event or element.for_compensation
