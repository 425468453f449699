"""Each kind of event has only the triggers that can stand there (BPMN 2.0.2, 10.5.2 to 10.5.4)."""

from collections.abc import Iterator

from server.bpmn.names import EVENTS, SUB_PROCESSES, Node, bpmn_children, content, flag, local, words
from server.bpmn.source import Breach, Source, level_around

SUFFIX = "EventDefinition"
ALLOWED = {
    "startEvent": words("message timer conditional signal"),
    "event sub-process": words("message timer conditional signal error escalation compensate"),
    "intermediateCatchEvent": words("message timer conditional link signal"),
    "intermediateThrowEvent": words("message escalation compensate link signal"),
    "endEvent": words("message error escalation cancel compensate signal terminate"),
    "boundaryEvent": words("message timer escalation error cancel compensate conditional signal"),
}
NAMES = {
    "startEvent": "A start event",
    "event sub-process": "The start event of an event sub-process",
    "intermediateCatchEvent": "An intermediate catch event",
    "intermediateThrowEvent": "An intermediate throw event",
    "endEvent": "An end event",
    "boundaryEvent": "A boundary event",
}


def check(source: Source) -> Iterator[Breach]:
    for event in source.every(*sorted(EVENTS)):
        for trigger in _triggers(source, event):
            yield from _trigger(source, event, trigger)


def _triggers(source: Source, event: Node) -> Iterator[str]:
    for name, inner in bpmn_children(event):
        definition = source.named(content(inner)) if name == "eventDefinitionRef" else inner
        if definition is not None and local(definition).endswith(SUFFIX):
            yield local(definition).removesuffix(SUFFIX)


def _trigger(source: Source, event: Node, trigger: str) -> Iterator[Breach]:
    level = level_around(event)
    place = local(event)
    if level is not None and local(level) in SUB_PROCESSES and place == "startEvent":
        if not flag(level, "triggeredByEvent"):
            text = "The start event of an embedded sub-process has no trigger; make it a plain start event."
            yield Breach(event, text, "embedded-start-with-trigger")
            return
        place = "event sub-process"
    if trigger not in ALLOWED[place]:
        text = f"{NAMES[place]} cannot have the trigger {trigger}; use one of {', '.join(sorted(ALLOWED[place]))}."
        yield Breach(event, text, "trigger-not-allowed")
    elif trigger == "cancel":
        yield from _cancel(source, event, level)


def _cancel(source: Source, event: Node, level: Node | None) -> Iterator[Breach]:
    """Cancel events belong to a transaction: at its border, or at an end inside it."""
    if local(event) == "boundaryEvent":
        host = source.named(event.get("attachedToRef"))
        if host is not None and local(host) != "transaction":
            text = "A cancel event sits on a transaction only; draw an error event or make the activity a transaction."
            yield Breach(event, text, "cancel-outside-transaction")
        return
    while level is not None and local(level) != "transaction":
        level = level.getparent()
    if level is None:
        text = "A cancel end event ends a transaction, and this one is in none; draw an error or terminate end event."
        yield Breach(event, text, "cancel-outside-transaction")
