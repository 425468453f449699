"""In an executable process nothing happens between the ends of a sequence flow: it is immediate (8.4.13)."""

from collections.abc import Iterator

from server.bpmn.names import flag
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for flow in source.every("sequenceFlow"):
        if not flag(flow, "isImmediate", default=True):
            text = "isImmediate=false is not allowed in an executable process; take the attribute out."
            yield Breach(flow, text, "flow-not-immediate", "process")
