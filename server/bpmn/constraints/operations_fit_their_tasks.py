"""A task that calls an operation or a message has just the data that goes in and comes out (BPMN 2.0.2, 10.3.3)."""

from collections.abc import Iterator

from server.bpmn.names import Node, child, children, content, local
from server.bpmn.source import Breach, Source
from server.bpmn.structure import same_structure


def check(source: Source) -> Iterator[Breach]:
    for activity in source.every("serviceTask", "sendTask", "receiveTask"):
        operation = source.named(activity.get("operationRef"))
        specification = child(activity, "ioSpecification")
        if operation is not None and local(operation) == "operation" and local(activity) == "serviceTask":
            yield from _service(source, activity, operation, specification)
        if specification is not None and local(activity) != "serviceTask":
            yield from _message(source, activity, specification)


def _service(source: Source, activity: Node, operation: Node, specification: Node | None) -> Iterator[Breach]:
    inputs = len(children(specification, "inputSet")) if specification is not None else 0
    outputs = len(children(specification, "outputSet")) if specification is not None else 0
    if inputs != 1 or outputs > 1:
        text = (
            f"A service task with an operation has exactly one input set and at most one output set, not {inputs} and"
            f" {outputs}; mend its ioSpecification or take operationRef away."
        )
        yield Breach(activity, text, "operation-data-sets")
    if specification is None:
        return
    for data, reference in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
        message = source.named(content(child(operation, reference)))
        if message is not None:
            yield from _items(source, children(specification, data), message, "operation-data-item")


def _message(source: Source, activity: Node, specification: Node) -> Iterator[Breach]:
    sends = local(activity) == "sendTask"
    data = children(specification, "dataInput" if sends else "dataOutput")
    sets = children(specification, "inputSet" if sends else "outputSet")
    if len(sets) > 1 or len(data) > 1:
        way, kind = ("send", "input") if sends else ("receive", "output")
        text = f"A {way} task has at most one {kind} set with one data {kind}, the message; delete the others."
        yield Breach(activity, text, "message-data-sets")
    message = source.named(activity.get("messageRef"))
    if message is not None and local(message) == "message":
        yield from _items(source, data[:1], message, "message-data-item")


def _items(source: Source, data: list[Node], message: Node, code: str) -> Iterator[Breach]:
    if not message.get("itemRef"):
        return
    if data and not any(same_structure(source, each.get("itemSubjectRef"), message.get("itemRef")) for each in data):
        name = message.get("name") or message.get("id")
        text = f'The data is not what the message "{name}" carries; choose its item.'
        yield Breach(data[0], text, code)
