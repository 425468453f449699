"""A call activity hands over what the called process or task takes, and gets what that gives (BPMN 2.0.2, 10.3.6)."""

from collections.abc import Iterator

from server.bpmn.names import Node, child, children, local
from server.bpmn.source import Breach, Source
from server.bpmn.structure import same_structure


def check(source: Source) -> Iterator[Breach]:
    """Calls that say nothing about data hand over variables by other means and are not looked at."""
    for call in source.every("callActivity"):
        called = source.named(call.get("calledElement"))
        specification = child(call, "ioSpecification")
        wanted = child(called, "ioSpecification") if called is not None else None
        if called is None or specification is None or wanted is None:
            continue
        for kind in ("dataInput", "dataOutput"):
            yield from _compare(source, call, children(specification, kind), children(wanted, kind))


def _compare(source: Source, call: Node, given: list[Node], wanted: list[Node]) -> Iterator[Breach]:
    kind = local((given or wanted)[0]) if given or wanted else ""
    if len(given) != len(wanted):
        text = f"The called element has {len(wanted)} {kind}, the call {len(given)}; give the call the same data."
        yield Breach(call, text, "call-data-number")
        return
    for one, other in zip(given, wanted, strict=True):
        if not same_structure(source, one.get("itemSubjectRef"), other.get("itemSubjectRef")):
            text = f'The {kind} is not of the kind of "{other.get("id")}" of the called element; choose its item.'
            yield Breach(one, text, "call-data-item")
