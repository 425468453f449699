"""A formal expression says something (BPMN 2.0.2, 8.4.8)."""

from collections.abc import Iterator

from server.bpmn.names import content, local, words
from server.bpmn.source import Breach, Source

# Conditions of flows and times of timers are looked at where they are read.
EXPRESSIONS = words(
    "condition loopCondition loopCardinality completionCondition activationCondition from to transformation"
    " messagePath dataPath"
)


def check(source: Source) -> Iterator[Breach]:
    for node in source.every(*sorted(EXPRESSIONS)):
        if not content(node) and not len(node):
            text = f"The {local(node)} is empty; write an expression or take it away."
            scope = "process" if local(node) in ("messagePath", "dataPath") else "element"
            yield Breach(node, text, "empty-expression", scope)
