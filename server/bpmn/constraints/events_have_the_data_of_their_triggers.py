"""An event that has data has the right one for each trigger that carries some (BPMN 2.0.2, 10.5.1)."""

from collections.abc import Iterator

from server.bpmn.names import EVENTS, Node, bpmn_children, children, content, local
from server.bpmn.source import Breach, Source
from server.bpmn.structure import same_structure

CARRIED = {
    "messageEventDefinition": ("messageRef", "itemRef"),
    "signalEventDefinition": ("signalRef", "structureRef"),
    "errorEventDefinition": ("errorRef", "structureRef"),
    "escalationEventDefinition": ("escalationRef", "structureRef"),
}


def check(source: Source) -> Iterator[Breach]:
    for event in source.every(*sorted(EVENTS)):
        throws = local(event) in ("endEvent", "intermediateThrowEvent")
        data = children(event, "dataInput" if throws else "dataOutput")
        items = [item for item in _items(source, event) if item is not None]
        if not data or not items:
            continue
        if len(data) < len(items):
            text = (
                f"The event has {len(items)} triggers that carry data, but only {len(data)} piece of data; give each"
                " its own, in the same order."
            )
            yield Breach(event, text, "event-data-missing")
        for piece, item in zip(data, items, strict=False):
            if not same_structure(source, piece.get("itemSubjectRef"), item):
                text = f'The data is not what the trigger carries; choose the item "{item}" for it.'
                yield Breach(piece, text, "event-data-item")


def _items(source: Source, event: Node) -> Iterator[str | None]:
    """What each trigger carries, in the order of the file."""
    for name, inner in bpmn_children(event):
        definition = source.named(content(inner)) if name == "eventDefinitionRef" else inner
        if definition is None or local(definition) not in CARRIED:
            continue
        reference, attribute = CARRIED[local(definition)]
        target = source.named(definition.get(reference))
        yield target.get(attribute) if target is not None else None
