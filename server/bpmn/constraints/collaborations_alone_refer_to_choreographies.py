"""Only a collaboration of pools refers to a choreography, neither a choreography nor a global conversation (9.2)."""

from collections.abc import Iterator

from server.bpmn.names import local
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for node in source.every("choreographyRef"):
        holder = node.getparent()
        if holder is not None and local(holder) in ("choreography", "globalConversation"):
            text = f"A {local(holder)} refers to no choreography; take choreographyRef away."
            yield Breach(node, text, scope="file")
