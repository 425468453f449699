"""What refers to something means a thing of the right kind, where the file holds that thing (BPMN 2.0.2, 8.3)."""

from collections.abc import Iterator

from server.bpmn.names import Node, content, local, words
from server.bpmn.source import Breach, Source

ATTRIBUTES: dict[str, frozenset[str]] = {
    "itemSubjectRef": words("itemDefinition"),
    "itemRef": words("itemDefinition"),
    "processRef": words("process"),
    "dataObjectRef": words("dataObject"),
    "dataStoreRef": words("dataStore"),
    "operationRef": words("operation"),
    "correlationKeyRef": words("correlationKey"),
    "correlationPropertyRef": words("correlationProperty"),
}
ELEMENTS: dict[str, frozenset[str]] = {
    "inMessageRef": words("message"),
    "outMessageRef": words("message"),
    "operationRef": words("operation"),
    "dataInputRefs": words("dataInput"),
    "dataOutputRefs": words("dataOutput"),
    "inputSetRefs": words("inputSet"),
    "outputSetRefs": words("outputSet"),
    "correlationPropertyRef": words("correlationProperty"),
}
# What these name may be described in another file, and nothing is lost where it is not.
DESCRIBED_ELSEWHERE = words("itemSubjectRef itemRef dataStoreRef processRef inMessageRef outMessageRef")


def check(source: Source) -> Iterator[Breach]:
    """References to messages, signals, errors and escalations are looked up, and told, where they are read."""
    for node in source.every("*"):
        if local(node) in ELEMENTS:
            yield from _reference(source, node, content(node), local(node), ELEMENTS[local(node)])
        for attribute, kinds in ATTRIBUTES.items():
            if node.get(attribute):
                yield from _reference(source, node, str(node.get(attribute)), attribute, kinds)


def _reference(source: Source, node: Node, reference: str, name: str, kinds: frozenset[str]) -> Iterator[Breach]:
    found = source.named(reference)
    wanted = " or ".join(sorted(kinds))
    if found is None:
        if reference and name not in DESCRIBED_ELSEWHERE and not _is_imported(source, reference):
            text = f'"{reference}" ({name}) is referred to but is not in the file; choose the {wanted} again.'
            yield Breach(node, text, "reference-to-nothing", "process")
        return
    if local(found) in kinds or _has_twin(source, reference, kinds):
        return
    text = f'{name} means a {wanted}, but "{reference}" is a {local(found)}; choose another.'
    yield Breach(node, text, "reference-of-wrong-kind", "process")


def _is_imported(source: Source, reference: str) -> bool:
    """Whether a prefixed name may mean something of a file that this one imports."""
    return ":" in reference and next(source.every("import"), None) is not None


def _has_twin(source: Source, reference: str, kinds: frozenset[str]) -> bool:
    """Whether another thing of the same id is of the right kind; that they share an id is told elsewhere."""
    return any(local(node) in kinds for node in source.references.twins.get(source.references.bare(reference), ()))
