"""The XML names that BPMN files are made of, and how to take them apart."""

from collections.abc import Iterator

from server.xml import Node as Node
from server.xml import line_of as line_of
from server.xml import local as local
from server.xml import namespace as namespace
from server.xml import split as split

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"


def words(text: str) -> frozenset[str]:
    """A set of names, written as one text."""
    return frozenset(text.split())


ACTIVITIES = words(
    "task userTask manualTask scriptTask serviceTask sendTask receiveTask businessRuleTask callActivity subProcess"
    " transaction adHocSubProcess"
)
GLOBAL_TASKS = words("globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask")
GATEWAYS = words("exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway")
EVENTS = words("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
SUB_PROCESSES = words("subProcess transaction adHocSubProcess")


def is_bpmn(node: Node) -> bool:
    return str(node.tag).startswith("{" + BPMN + "}")


def bpmn_children(node: Node) -> Iterator[tuple[str, Node]]:
    """The children in the BPMN namespace with their local names, in the order of the file."""
    prefix = "{" + BPMN + "}"
    for inner in node:
        tag = str(inner.tag)
        if tag.startswith(prefix):
            yield tag[len(prefix) :], inner


def child(node: Node, name: str) -> Node | None:
    return node.find("{" + BPMN + "}" + name)


def children(node: Node, name: str) -> list[Node]:
    return node.findall("{" + BPMN + "}" + name)


def content(node: Node | None) -> str:
    """The text of a node without the white space around it; empty when there is no node."""
    return (node.text or "").strip() if node is not None else ""


def documentation_of(node: Node) -> str:
    """All documentation of an element, its paragraphs parted by an empty line."""
    return "\n\n".join(filter(None, (content(text) for text in children(node, "documentation"))))


def flag(node: Node, name: str, default: bool = False) -> bool:
    """A boolean attribute in either spelling of XML Schema."""
    value = node.get(name)
    return default if value is None else value.strip() in ("true", "1")
