"""What a constraint looks at: the whole of a file as it was written, and where in it something stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.bpmn import languages
from server.bpmn.names import BPMN, FLOW_NODES, SUB_PROCESSES, Node, is_bpmn, local
from server.bpmn.references import References

LEVELS = SUB_PROCESSES | {"process"}


@dataclass(frozen=True)
class Source:
    """A file as it was written. `references` finds what an id or a prefixed name means."""

    root: Node
    references: References

    def every(self, *tags: str) -> Iterator[Node]:
        """All elements of the BPMN namespace with one of these names, in the order of the file."""
        return self.root.iter(*("{" + BPMN + "}" + tag for tag in tags))

    @property
    def is_python(self) -> bool:
        """Whether every expression of the file is Python, as the file or its editor says."""
        return languages.throughout(self.root) == "python"

    def named(self, reference: str | None) -> Node | None:
        """What a reference means; None where it means nothing in this file, which is told elsewhere."""
        bare = self.references.bare(reference)
        return self.references.nodes.get(bare) if bare else None


@dataclass(frozen=True)
class Breach:
    """Where and how a constraint is broken, the scope of it; without a code, its constraint's name is it.

    `harmless`: nothing that the model says is in doubt for all that, so it is told and refuses nothing.
    """

    node: Node
    text: str
    code: str = ""
    scope: str = "element"
    harmless: bool = False


def level_around(node: Node) -> Node | None:
    """The process or sub-process that holds a node."""
    holder = node.getparent()
    while holder is not None and not (is_bpmn(holder) and local(holder) in LEVELS):
        holder = holder.getparent()
    return holder


def node_around(node: Node) -> Node | None:
    """The flow node that a node is a part of."""
    holder = node.getparent()
    while holder is not None and not (is_bpmn(holder) and local(holder) in FLOW_NODES):
        holder = holder.getparent()
    return holder
