"""A compensation event on a border leads by one association to an activity that no flow touches (10.7)."""

from collections.abc import Iterator

from server.bpmn.names import ACTIVITIES, Node, bpmn_children, content, flag, local
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for event in source.every("boundaryEvent"):
        if _compensates(source, event):
            yield from _activity(source, event)
    for flow in source.every("sequenceFlow"):
        for attribute in ("sourceRef", "targetRef"):
            node = source.named(flow.get(attribute))
            if node is not None and local(node) in ACTIVITIES and flag(node, "isForCompensation"):
                text = "No sequence flow touches an activity for compensation; delete it or the mark isForCompensation."
                yield Breach(flow, text, "flow-at-compensation-activity", "process")


def _compensates(source: Source, event: Node) -> bool:
    for name, inner in bpmn_children(event):
        definition = source.named(content(inner)) if name == "eventDefinitionRef" else inner
        if definition is not None and local(definition) == "compensateEventDefinition":
            return True
    return False


def _activity(source: Source, event: Node) -> Iterator[Breach]:
    key = event.get("id")
    found = [
        source.named(each.get("targetRef"))
        for each in source.every("association")
        if source.references.bare(each.get("sourceRef")) == key
    ]
    activities = [node for node in found if node is not None and local(node) in ACTIVITIES]
    if len(activities) != 1:
        text = (
            f"A compensation event leads by one association to its activity, here by {len(activities)}; draw just one."
        )
        yield Breach(event, text, "compensation-without-activity")
    for node in activities:
        if not flag(node, "isForCompensation"):
            text = f'The activity "{node.get("id")}" compensates, so it is marked for compensation (isForCompensation).'
            yield Breach(node, text, "activity-not-for-compensation", "process")
