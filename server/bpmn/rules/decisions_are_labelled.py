"""Whoever reads a decision sees what each way out of it means."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem

DECISIONS = frozenset((Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY))


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if element.kind in DECISIONS and len(element.outgoing) > 1:
                yield from _labels(element, level)


def _labels(gateway: Element, level: Level) -> Iterator[Problem]:
    unnamed = [key for key in gateway.outgoing if not level.flows[key].name]
    if unnamed:
        text = (
            f"{len(unnamed)} of the {len(gateway.outgoing)} ways out of this decision have no name"
            f" ({', '.join(unnamed)}); write on each when it is taken."
        )
        yield Problem(text, gateway.id, gateway.line, level="warning", code="unlabelled-decision")
