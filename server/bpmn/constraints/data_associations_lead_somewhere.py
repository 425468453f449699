"""A data association has one source, or a transformation for several, and never writes an input (10.4.2)."""

from collections.abc import Iterator

from server.bpmn.names import Node, child, children, content, local
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for association in source.every("dataInputAssociation", "dataOutputAssociation"):
        sources = children(association, "sourceRef")
        if len(sources) > 1 and child(association, "transformation") is None:
            text = f"An association with {len(sources)} sources needs a transformation; write one or keep one source."
            yield Breach(association, text, "several-sources-untransformed")
        targets = [source.named(content(each)) for each in children(association, "targetRef")]
        for target in targets:
            if target is not None and local(target) == "dataInput" and _is_of_process(target):
                text = "A data input of a process is only read inside; let the association lead to a data object."
                yield Breach(association, text, "data-input-written")
        for each in sources:
            node = source.named(content(each))
            if node is not None and local(node) == "dataOutput" and _is_of_process(node):
                text = "A data output of a process is only written inside; let the association begin at a data object."
                yield Breach(association, text, "data-output-read")


def _is_of_process(data: Node) -> bool:
    specification = data.getparent()
    if specification is None or local(specification) != "ioSpecification":
        return False
    holder = specification.getparent()
    return holder is not None and local(holder) == "process"
