"""Takes the bytes of a BPMN file in: safe XML, of the right kind, with a name for every node that we name."""

from dataclasses import dataclass

from server.bpmn.names import BPMN, FLOW_NODES, Node, is_bpmn, line_of, local, namespace
from server.xml import parse, refused

NAMED_BY_US = FLOW_NODES | {"sequenceFlow", "laneSet", "lane"}


@dataclass(frozen=True)
class Document:
    """A BPMN file as a tree of XML nodes. `name` is the name of the file."""

    root: Node
    name: str


def read_document(data: bytes, name: str) -> Document:
    """The tree of a BPMN file; flow nodes and flows that have no id are given one.

    Raises `Invalid` with exactly one problem when the bytes are not XML, hold a DOCTYPE, are too large or too deep,
    or are XML of another kind.
    """
    root = parse(data, name)
    _check_kind(root, name)
    _name_the_nameless(root)
    return Document(root, name)


def _check_kind(root: Node, name: str) -> None:
    if not is_bpmn(root) or local(root) != "definitions":
        found = f"{local(root)} of {namespace(root) or 'no namespace'}"
        wanted = f"the root must be definitions of {BPMN}"
        text = f"This is not a BPMN 2.0 file: {wanted}, but it is {found}."
        raise refused(text, name, "not-bpmn", line_of(root))


def _name_the_nameless(root: Node) -> None:
    count = 0
    for node in root.iter("{" + BPMN + "}*"):
        if not node.get("id") and local(node) in NAMED_BY_US:
            count += 1
            node.set("id", f"{local(node)}#{count}")
