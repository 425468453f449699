"""Data that is a collection has an item definition that is one, and the other way round (BPMN 2.0.2, 10.4.1)."""

from collections.abc import Iterator

from server.bpmn.names import flag, local
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for data in source.every("dataObject", "dataInput", "dataOutput"):
        item = source.named(data.get("itemSubjectRef"))
        if item is None or local(item) != "itemDefinition" or flag(data, "isCollection") == flag(item, "isCollection"):
            continue
        one, other = ("a collection", "none") if flag(item, "isCollection") else ("no collection", "one")
        text = (
            f'The item definition "{item.get("id")}" is {one}, but this {local(data)} is {other}; make both the same.'
        )
        yield Breach(data, text, scope="process")
