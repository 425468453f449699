"""What supports an interface binds its data to every operation of it (BPMN 2.0.2, 10.4.2)."""

from collections.abc import Iterator

from server.bpmn.names import children, content, local
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for reference in source.every("supportedInterfaceRef"):
        holder = reference.getparent()
        interface = source.named(content(reference))
        if holder is None or interface is None or local(interface) != "interface" or local(holder) == "participant":
            continue
        bound = {source.references.bare(each.get("operationRef")) for each in children(holder, "ioBinding")}
        for operation in children(interface, "operation"):
            if operation.get("id") not in bound:
                text = f'The supported operation "{operation.get("id")}" has no ioBinding here; add one.'
                yield Breach(reference, text, scope="process")
