"""Every data input is in an input set and every data output in an output set; sets name each other (10.4.2)."""

from collections.abc import Iterator

from server.bpmn.names import Node, children, content, local
from server.bpmn.source import Breach, Source

SIDES = (("dataInput", "inputSet", "dataInputRefs"), ("dataOutput", "outputSet", "dataOutputRefs"))
PARTS = {
    "inputSet": ("dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    "outputSet": ("dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
}
COUNTERPARTS = {"inputSet": ("outputSetRefs", "inputSetRefs"), "outputSet": ("inputSetRefs", "outputSetRefs")}


def check(source: Source) -> Iterator[Breach]:
    for specification in source.every("ioSpecification"):
        for data, kind, reference in SIDES:
            sets = children(specification, kind)
            named = {content(each) for inner in sets for each in children(inner, reference)}
            for node in children(specification, data):
                if source.references.bare(node.get("id")) not in named:
                    text = f"No {kind} names this {data}; add it to one ({reference})."
                    yield Breach(node, text, "data-in-no-set", "process")
            for inner in sets:
                yield from _parts(inner)
                yield from _counterparts(source, inner)


def _parts(node: Node) -> Iterator[Breach]:
    whole, parts = PARTS[local(node)]
    named = {content(each) for each in children(node, whole)}
    for part in parts:
        for each in children(node, part):
            if content(each) not in named:
                text = f'"{content(each)}" is named by {part} but not by {whole} of the same set; add it there.'
                yield Breach(each, text, "data-set-part", "process")


def _counterparts(source: Source, node: Node) -> Iterator[Breach]:
    there, back = COUNTERPARTS[local(node)]
    for each in children(node, there):
        other = source.named(content(each))
        if other is not None and node.get("id") not in {content(inner) for inner in children(other, back)}:
            text = f'The set "{other.get("id")}" does not name this one ({back}); sets name each other or not at all.'
            yield Breach(each, text, "data-sets-unrelated", "process")
