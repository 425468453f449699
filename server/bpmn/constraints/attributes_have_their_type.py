"""Attributes have the values that the standard's schema allows: true or false, whole numbers, or one of a few words."""

from collections.abc import Iterator

from server.bpmn.names import FLOW_NODES, local, words
from server.bpmn.source import Breach, Source

TRUTH = words("true false 1 0")
FLAGS = words(
    "isExecutable isClosed isImmediate isForCompensation triggeredByEvent cancelActivity parallelMultiple"
    " isInterrupting instantiate isCollection testBefore isSequential cancelRemainingInstances waitForCompletion"
    " isUnlimited"
)
ENUMERATIONS = {
    "processType": words("None Public Private"),
    "gatewayDirection": words("Unspecified Converging Diverging Mixed"),
    "eventGatewayType": words("Exclusive Parallel"),
    "behavior": words("None One All Complex"),
    "ordering": words("Parallel Sequential"),
    "associationDirection": words("None One Both"),
    "itemKind": words("Information Physical"),
}
LEAST = {"startQuantity": 1, "completionQuantity": 1, "capacity": 0}
# Other spellings that editors write and that can mean only one thing.
SPELT = {"behavior": words("none one all complex")}


def check(source: Source) -> Iterator[Breach]:
    for node in source.every("*"):
        for attribute, value in ((str(name), str(text).strip()) for name, text in node.attrib.items()):
            wrong = _wrong(attribute, value)
            if wrong:
                scope = "element" if local(node) in FLOW_NODES else "process"
                yield Breach(node, f'{attribute} of {local(node)} is "{value}"; {wrong}.', "wrong-type", scope)


def _wrong(attribute: str, value: str) -> str:
    """What the value should be; empty when it is right."""
    if attribute in FLAGS and value.lower() not in TRUTH:
        return "write true or false"
    allowed = ENUMERATIONS.get(attribute)
    if allowed is not None and value not in allowed | SPELT.get(attribute, frozenset()):
        return f"write one of {', '.join(sorted(allowed))}"
    if attribute in LEAST and not (value.isascii() and value.isdecimal() and int(value[:9]) >= LEAST[attribute]):
        return f"write a whole number from {LEAST[attribute]}"
    return ""
