"""A message flow joins pools, activities and events that can send and receive (BPMN 2.0.2, 7.6.2, 9.3)."""

from collections.abc import Iterator

from server.bpmn.names import ACTIVITIES, EVENTS, Node, bpmn_children, local
from server.bpmn.source import Breach, Source

ENDS = ACTIVITIES | EVENTS | {"participant", "conversationNode", "conversation", "subConversation", "callConversation"}


def check(source: Source) -> Iterator[Breach]:
    for flow in source.every("messageFlow"):
        sender, receiver = source.named(flow.get("sourceRef")), source.named(flow.get("targetRef"))
        for end, node in (("source", sender), ("target", receiver)):
            if node is None and flow.get(end + "Ref"):
                text = f"The {end} of the message flow is not in the file; draw the flow again."
                yield Breach(flow, text, "reference-to-nothing", "process")
            elif node is not None and local(node) not in ENDS:
                text = (
                    f"The {end} of the message flow ({local(node)}) takes no part; use a pool, an activity or an event."
                )
                yield Breach(flow, text, "message-flow-end", "process")
        if sender is not None and local(sender) in EVENTS:
            yield from _sender(flow, sender)
        if receiver is not None and local(receiver) in EVENTS:
            yield from _receiver(flow, receiver)


def _sender(flow: Node, event: Node) -> Iterator[Breach]:
    if local(event) not in ("endEvent", "intermediateThrowEvent"):
        text = f"A message flow leaves an event that receives ({local(event)}); turn the flow round."
        yield Breach(flow, text, "message-flow-out-of-catching-event", "process")
    elif local(event) == "endEvent" and not _has(event, "messageEventDefinition"):
        text = "A message flow leaves an end event that sends no message; make it a message end event."
        yield Breach(flow, text, "message-flow-out-of-plain-end", "process")


def _receiver(flow: Node, event: Node) -> Iterator[Breach]:
    if local(event) in ("endEvent", "intermediateThrowEvent"):
        text = f"A message flow leads to an event that sends ({local(event)}); turn the flow round."
        yield Breach(flow, text, "message-flow-into-throwing-event", "process")
    elif local(event) == "startEvent" and not _has(event, "messageEventDefinition"):
        text = "A message flow leads to a start event that receives no message; make it a message start event."
        yield Breach(flow, text, "message-flow-into-plain-start", "process")


def _has(event: Node, definition: str) -> bool:
    """Whether the event has the definition; one that is only referred to may be of any kind."""
    return any(name in (definition, "eventDefinitionRef") for name, _ in bpmn_children(event))
