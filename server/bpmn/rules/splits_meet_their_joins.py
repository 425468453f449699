"""What one kind of gateway splits is joined by the same kind."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem

KINDS = frozenset((Kind.EXCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY))
# An inclusive join waits for just what can come, so it joins anything.
FITTING = {Kind.PARALLEL_GATEWAY: (Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY)}
WORDS = {
    Kind.EXCLUSIVE_GATEWAY: "An exclusive gateway",
    Kind.PARALLEL_GATEWAY: "A parallel gateway",
    Kind.INCLUSIVE_GATEWAY: "An inclusive gateway",
}
FARTHEST = 50
"""Elements of a branch that are followed to its join."""


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if element.kind in KINDS and len(element.outgoing) > 1:
                yield from _split(element, level)


def _split(split: Element, level: Level) -> Iterator[Problem]:
    """Only splits whose branches all go straight to one join are compared; others are for the token search."""
    joins = [_join(level.flows[key].target, level) for key in split.outgoing]
    join = joins[0]
    if join is None or any(other is None or other.id != join.id for other in joins):
        return
    if join.kind is not split.kind and join.kind not in FITTING.get(split.kind, (Kind.INCLUSIVE_GATEWAY,)):
        text = (
            f'{WORDS[split.kind]} splits here, and "{join.name or join.id}" of another kind joins; make both the same.'
        )
        yield Problem(text, split.id, split.line, level="warning", code="split-and-join-differ")


def _join(key: str, level: Level) -> Element | None:
    """The gateway in which a branch without any further split ends."""
    for _ in range(FARTHEST):
        element = level.elements.get(key)
        if element is None:
            return None
        if element.kind in KINDS and len(element.incoming) > 1:
            return element
        if len(element.outgoing) != 1 or len(element.incoming) > 1:
            return None
        key = level.flows[element.outgoing[0]].target
    return None
