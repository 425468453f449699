"""The item of a multi-instance is one of its collection: of the same structure, no collection itself (10.3.8)."""

from collections.abc import Iterator

from server.bpmn.names import Node, child, content, flag
from server.bpmn.source import Breach, Source
from server.bpmn.structure import item_of, same_structure

PAIRS = (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem"))


def check(source: Source) -> Iterator[Breach]:
    for loop in source.every("multiInstanceLoopCharacteristics"):
        for reference, name in PAIRS:
            item, data = child(loop, name), source.named(content(child(loop, reference)))
            if item is not None and data is not None and item.get("itemSubjectRef") and data.get("itemSubjectRef"):
                yield from _fit(source, item, data)


def _fit(source: Source, item: Node, data: Node) -> Iterator[Breach]:
    definition = item_of(source, item.get("itemSubjectRef"))
    if not same_structure(source, item.get("itemSubjectRef"), data.get("itemSubjectRef")):
        text = f'The item is of another structure than the collection "{data.get("id")}"; choose the same one.'
        yield Breach(item, text)
    elif definition is not None and flag(definition, "isCollection") and not flag(item, "isCollection"):
        text = "One item of a collection is no collection; choose an item definition without isCollection."
        yield Breach(item, text)
