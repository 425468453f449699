"""A multi-instance that collects results names both where from and where to (BPMN 2.0.2, 10.3.8)."""

from collections.abc import Iterator

from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        loop = element.loop
        if loop is None:
            continue
        if loop.result_collection and not loop.result_variable:
            text = "Results are collected, but not said of which variable; name it (outputDataItem, resultVariable)."
            yield Problem(text, element.id, loop.line)
        if loop.result_variable and not loop.result_collection and loop.kind != "standard":
            text = "Results are named but collected nowhere; name the list (loopDataOutputRef, resultCollection)."
            yield Problem(text, element.id, loop.line, level="warning")
        if loop.cardinality is not None and loop.collection is not None:
            text = "Both a cardinality and a collection are given; the collection counts."
            yield Problem(text, element.id, loop.line, level="warning")
        if loop.element_variable and loop.collection is None:
            text = "An element variable needs a collection from which its values come; give one."
            yield Problem(text, element.id, loop.line)
