"""Counts what stands in a file against what was made of it, so that nothing is lost unseen."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.bpmn.definition import Element, Flow, Kind, Process
from server.bpmn.document import Document
from server.bpmn.names import BPMN, EVENTS, FLOW_NODES, Node, bpmn_children, child, content, local
from server.bpmn.subject import levels_of

SUFFIX = "EventDefinition"
# The tag and our word for the same thing.
OURS = {"compensate": "compensation"}
# A global task is a process with just one node.
GLOBAL = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


@dataclass(frozen=True)
class Counts:
    """Flow nodes by kind, event definitions of events by kind, conditions of flows and of conditional events."""

    nodes: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    conditions: int = 0


def counts_in_file(document: Document) -> Counts:
    """What stands in the processes and global tasks of a file, conditions that are empty left out."""
    nodes = Counter(GLOBAL[local(node)] for node in document.root if local(node) in GLOBAL)
    events: Counter[str] = Counter()
    conditions = 0
    named = {str(node.get("id")): node for node in document.root if node.get("id")}
    for process in document.root.iter("{" + BPMN + "}process"):
        for node in process.iter("{" + BPMN + "}*"):
            name = local(node)
            if name in FLOW_NODES:
                nodes[name] += 1
            if name in EVENTS:
                definitions = list(_definitions(node, named))
                events.update(map(_kind, definitions))
                conditions += sum(bool(content(child(each, "condition"))) for each in definitions)
            elif name == "conditionExpression" and content(node):
                conditions += 1
    return Counts(_sorted(nodes), _sorted(events), conditions)


def counts_constructed(processes: Iterable[Process]) -> Counts:
    """What was made of a file and would be executed."""
    nodes: Counter[str] = Counter()
    events: Counter[str] = Counter()
    conditions = 0
    for process in processes:
        for level in levels_of(process.level):
            nodes.update(element.kind.value for element in level.elements.values())
            for element in level.elements.values():
                events.update(_triggers(element))
                conditions += sum(trigger.condition is not None for trigger in element.triggers)
            conditions += _conditions(level.flows.values())
    return Counts(_sorted(nodes), _sorted(events), conditions)


def _definitions(event: Node, named: Mapping[str, Node]) -> Iterable[Node]:
    for name, inner in bpmn_children(event):
        if name == "eventDefinitionRef":
            found = named.get(content(inner), named.get(content(inner).rpartition(":")[2]))
            if found is not None:
                yield found
        elif name.endswith(SUFFIX):
            yield inner


def _kind(definition: Node) -> str:
    name = local(definition).removesuffix(SUFFIX)
    return OURS.get(name, name)


def _triggers(element: Element) -> Iterable[str]:
    """Message tasks have triggers too, but no event definition in the file."""
    if element.kind in (Kind.SEND_TASK, Kind.RECEIVE_TASK):
        return ()
    return (trigger.kind for trigger in element.triggers)


def _conditions(flows: Iterable[Flow]) -> int:
    return sum(flow.condition is not None for flow in flows)


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))
