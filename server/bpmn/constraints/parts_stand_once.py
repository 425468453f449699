"""What the standard's schema allows once stands once; of two, nobody can say which one counts."""

from collections.abc import Iterator

from server.bpmn.names import ACTIVITIES, children, local
from server.bpmn.source import Breach, Source

ONCE = {
    "sequenceFlow": ("conditionExpression",),
    "scriptTask": ("script",),
    "multiInstanceLoopCharacteristics": (
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
    ),
    "standardLoopCharacteristics": ("loopCondition",),
    "conditionalEventDefinition": ("condition",),
    "complexGateway": ("activationCondition",),
    "adHocSubProcess": ("completionCondition",),
    "messageEventDefinition": ("operationRef",),
    "dataInputAssociation": ("targetRef", "transformation"),
    "dataOutputAssociation": ("targetRef", "transformation"),
    "process": ("ioSpecification",),
    **dict.fromkeys(
        sorted(ACTIVITIES - {"scriptTask", "adHocSubProcess"}),
        ("ioSpecification", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    ),
}


def check(source: Source) -> Iterator[Breach]:
    for node in source.every(*ONCE):
        for name in ONCE[local(node)]:
            found = children(node, name)
            if len(found) > 1:
                text = f"There are {len(found)} {name} in one {local(node)}, where one may stand; delete the others."
                yield Breach(found[1], text)
