"""What the standard's schema requires is there: the ends of flows, what is attached, what is referred to."""

from collections.abc import Iterator

from server.bpmn.names import child, local
from server.bpmn.source import Breach, Source

ATTRIBUTES = {
    "association": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "conversationLink": ("sourceRef", "targetRef"),
    "correlationSubscription": ("correlationKeyRef",),
    "correlationPropertyBinding": ("correlationPropertyRef",),
    "correlationPropertyRetrievalExpression": ("messageRef",),
}
CHILDREN = {
    "correlationPropertyBinding": ("dataPath",),
    "correlationPropertyRetrievalExpression": ("messagePath",),
    "assignment": ("from", "to"),
    "dataInputAssociation": ("targetRef",),
    "dataOutputAssociation": ("targetRef",),
}
# What is only drawn refuses nothing.
DRAWN = frozenset(("association", "conversationLink"))


def check(source: Source) -> Iterator[Breach]:
    for node in source.every(*ATTRIBUTES):
        for attribute in ATTRIBUTES[local(node)]:
            if not (node.get(attribute) or "").strip() and local(node) not in DRAWN:
                text = f"The {local(node)} has no {attribute}; draw it again in the editor."
                yield Breach(node, text, "attribute-missing", "process")
    for node in source.every(*CHILDREN):
        for name in CHILDREN[local(node)]:
            if child(node, name) is None:
                yield Breach(node, f"The {local(node)} has no {name}; fill it in.", "part-missing", "process")
