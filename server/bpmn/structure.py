"""Compares what pieces of data are made of, by their item definitions (BPMN 2.0.2, 8.4.10)."""

from server.bpmn.names import Node, local
from server.bpmn.source import Source


def item_of(source: Source, reference: str | None) -> Node | None:
    """The item definition that is referred to, if there is one."""
    item = source.named(reference)
    return item if item is not None and local(item) == "itemDefinition" else None


def same_structure(source: Source, one: str | None, other: str | None) -> bool:
    """Whether two references mean one item definition, or two of the same stated structure."""
    if source.references.bare(one) == source.references.bare(other):
        return True
    first, second = item_of(source, one), item_of(source, other)
    if first is None or second is None:
        return False
    structure = first.get("structureRef")
    return structure is not None and structure == second.get("structureRef")
