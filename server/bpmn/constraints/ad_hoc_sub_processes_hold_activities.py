"""An ad-hoc sub-process holds at least one activity, and neither start nor end events (BPMN 2.0.2, 10.3.5)."""

from collections.abc import Iterator

from server.bpmn.names import ACTIVITIES, bpmn_children, words
from server.bpmn.source import Breach, Source

FORBIDDEN = words(
    "startEvent endEvent choreographyTask subChoreography callChoreography conversation conversationLink"
    " subConversation callConversation"
)


def check(source: Source) -> Iterator[Breach]:
    for node in source.every("adHocSubProcess"):
        held = list(bpmn_children(node))
        if not any(name in ACTIVITIES for name, _ in held):
            text = "An ad-hoc sub-process holds at least one activity; draw what may be done in it."
            yield Breach(node, text, "ad-hoc-without-activity")
        for name, inner in held:
            if name in FORBIDDEN:
                text = f"No {name} stands in an ad-hoc sub-process, where anything may be done first; delete it."
                yield Breach(inner, text, "ad-hoc-holds-forbidden")
