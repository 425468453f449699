"""The whitelist: which elements and attributes of the BPMN namespace are read, which only describe, which are refused.

Whatever is in none of these tables is a problem, so that nothing of a model is ever dropped in silence.
"""

from server.bpmn.names import ACTIVITIES, EVENTS, FLOW_NODES, GLOBAL_TASKS, SUB_PROCESSES, words

# Elements that describe or draw and never change what happens; nothing beneath them is looked at.
DESCRIPTIVE = words(
    "documentation extensionElements extension import textAnnotation association group category monitoring auditing"
    " incoming outgoing relationship interface itemDefinition resource messageFlow participantAssociation"
    " messageFlowAssociation conversation subConversation conversationNode conversationLink conversationAssociation"
    " correlationKey dataState endPoint partnerEntity partnerRole supportedInterfaceRef ioBinding rendering"
    " dataStore dataStoreReference dataInput dataOutput inputSet outputSet participant"
)

# Elements that are read; attributes beyond id and name that are read or mean nothing to an engine.
READ: dict[str, str] = {
    "definitions": "targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    "process": "isExecutable processType isClosed definitionalCollaborationRef",
    "collaboration": "isClosed",
    "laneSet": "",
    "childLaneSet": "",
    "lane": "partitionElementRef",
    "flowNodeRef": "",
    "sequenceFlow": "sourceRef targetRef isImmediate",
    "conditionExpression": "language evaluatesToTypeRef",
    "message": "itemRef structureRef",
    "signal": "structureRef",
    "error": "errorCode structureRef",
    "escalation": "escalationCode structureRef",
    "dataObject": "itemSubjectRef isCollection",
    "dataObjectReference": "itemSubjectRef dataObjectRef",
    "property": "itemSubjectRef",
    "ioSpecification": "",
    "dataInputAssociation": "",
    "dataOutputAssociation": "",
    "sourceRef": "",
    "targetRef": "",
    "correlationProperty": "type",
    "correlationPropertyRetrievalExpression": "messageRef",
    "messagePath": "language evaluatesToTypeRef",
    "correlationSubscription": "correlationKeyRef",
    "correlationPropertyBinding": "correlationPropertyRef",
    "dataPath": "language evaluatesToTypeRef",
    "transformation": "language evaluatesToTypeRef",
    "assignment": "",
    "from": "language evaluatesToTypeRef",
    "to": "language evaluatesToTypeRef",
    "task": "",
    "userTask": "implementation",
    "manualTask": "",
    "scriptTask": "scriptFormat",
    "script": "",
    "serviceTask": "implementation operationRef",
    "sendTask": "implementation operationRef messageRef",
    "receiveTask": "implementation operationRef messageRef instantiate",
    "callActivity": "calledElement",
    "businessRuleTask": "implementation",
    "adHocSubProcess": "triggeredByEvent ordering cancelRemainingInstances",
    "globalTask": "",
    "globalUserTask": "implementation",
    "globalManualTask": "",
    "globalScriptTask": "scriptLanguage",
    "globalBusinessRuleTask": "implementation",
    "subProcess": "triggeredByEvent",
    "transaction": "triggeredByEvent method",
    "exclusiveGateway": "default gatewayDirection",
    "parallelGateway": "gatewayDirection",
    "inclusiveGateway": "default gatewayDirection",
    "complexGateway": "default gatewayDirection",
    "activationCondition": "language evaluatesToTypeRef",
    "eventBasedGateway": "gatewayDirection instantiate eventGatewayType",
    "startEvent": "isInterrupting parallelMultiple",
    "endEvent": "",
    "intermediateCatchEvent": "parallelMultiple",
    "intermediateThrowEvent": "",
    "boundaryEvent": "attachedToRef cancelActivity parallelMultiple",
    "messageEventDefinition": "messageRef operationRef",
    "timerEventDefinition": "",
    "signalEventDefinition": "signalRef",
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
    "terminateEventDefinition": "",
    "cancelEventDefinition": "",
    "compensateEventDefinition": "activityRef waitForCompletion",
    "conditionalEventDefinition": "",
    "condition": "language evaluatesToTypeRef",
    "linkEventDefinition": "",
    "source": "",
    "target": "",
    "eventDefinitionRef": "",
    "operationRef": "",
    "timeDate": "language evaluatesToTypeRef",
    "timeDuration": "language evaluatesToTypeRef",
    "timeCycle": "language evaluatesToTypeRef",
    "standardLoopCharacteristics": "testBefore loopMaximum",
    "loopCondition": "language evaluatesToTypeRef",
    "multiInstanceLoopCharacteristics": "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef",
    "complexBehaviorDefinition": "",
    "event": "",
    "loopCardinality": "language evaluatesToTypeRef",
    "loopDataInputRef": "",
    "loopDataOutputRef": "",
    "inputDataItem": "itemSubjectRef isCollection",
    "outputDataItem": "itemSubjectRef isCollection",
    "completionCondition": "language evaluatesToTypeRef",
    "humanPerformer": "",
    "performer": "",
    "potentialOwner": "",
    "resourceRef": "",
    "resourceAssignmentExpression": "",
    "formalExpression": "language evaluatesToTypeRef",
    "expression": "",
}

_ON_ACTIVITIES = frozenset(("default", "startQuantity", "completionQuantity", "isForCompensation"))
_ANYWHERE = frozenset(("id", "name"))
ATTRIBUTES: dict[str, frozenset[str]] = {
    tag: _ANYWHERE | frozenset(names.split()) | (_ON_ACTIVITIES if tag in ACTIVITIES else frozenset())
    for tag, names in READ.items()
}

# Where an element may stand; an element that is read but is not named here may stand in any element.
_HELD_BY_ACTIVITIES = words(
    "ioSpecification property dataInputAssociation dataOutputAssociation standardLoopCharacteristics"
    " multiInstanceLoopCharacteristics humanPerformer performer potentialOwner"
)
LEVELS = frozenset(("process", *SUB_PROCESSES))
PARENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(FLOW_NODES | {"sequenceFlow", "dataObject"}, LEVELS),
    **dict.fromkeys(_HELD_BY_ACTIVITIES, frozenset(("process", *ACTIVITIES, *GLOBAL_TASKS))),
    "property": frozenset(("process", *ACTIVITIES, *EVENTS)),
    "dataInputAssociation": frozenset((*ACTIVITIES, *EVENTS)),
    "dataOutputAssociation": frozenset((*ACTIVITIES, *EVENTS)),
    "dataObjectReference": LEVELS,
    "process": frozenset(("definitions",)),
    "collaboration": frozenset(("definitions",)),
    "laneSet": LEVELS,
    "childLaneSet": frozenset(("lane",)),
    "lane": frozenset(("laneSet", "childLaneSet")),
    "flowNodeRef": frozenset(("lane",)),
    "conditionExpression": frozenset(("sequenceFlow",)),
    "script": frozenset(("scriptTask", "globalScriptTask")),
    **dict.fromkeys(GLOBAL_TASKS, frozenset(("definitions",))),
    "message": frozenset(("definitions",)),
    "signal": frozenset(("definitions",)),
    "error": frozenset(("definitions",)),
    "escalation": frozenset(("definitions",)),
    "timeDate": frozenset(("timerEventDefinition",)),
    "timeDuration": frozenset(("timerEventDefinition",)),
    "timeCycle": frozenset(("timerEventDefinition",)),
    "loopCondition": frozenset(("standardLoopCharacteristics",)),
    **{
        tag: frozenset(("multiInstanceLoopCharacteristics",))
        for tag in (
            "loopCardinality",
            "loopDataInputRef",
            "loopDataOutputRef",
            "inputDataItem",
            "outputDataItem",
            "complexBehaviorDefinition",
        )
    },
    **{
        f"{kind}EventDefinition": frozenset(("definitions", "event", *EVENTS))
        for kind in words("message timer signal error escalation terminate cancel compensate conditional link")
    },
    "condition": frozenset(("conditionalEventDefinition", "complexBehaviorDefinition")),
    "event": frozenset(("complexBehaviorDefinition",)),
    "activationCondition": frozenset(("complexGateway",)),
    "source": frozenset(("linkEventDefinition",)),
    "target": frozenset(("linkEventDefinition",)),
    "eventDefinitionRef": EVENTS | {"event"},
    "correlationProperty": frozenset(("definitions",)),
    "correlationPropertyRetrievalExpression": frozenset(("correlationProperty",)),
    "correlationSubscription": frozenset(("process",)),
    "correlationPropertyBinding": frozenset(("correlationSubscription",)),
    "completionCondition": frozenset(("multiInstanceLoopCharacteristics", "adHocSubProcess")),
    "operationRef": frozenset(("messageEventDefinition",)),
}

# Elements that are understood but cannot be executed, and what to draw in their place.
REFUSED: dict[str, str] = {
    "choreography": "A choreography cannot be executed; draw a process or collaboration.",
    "globalChoreographyTask": "A choreography cannot be executed; draw a process or collaboration.",
    "callChoreography": "A choreography cannot be executed; draw a process or collaboration.",
    "choreographyTask": "A choreography cannot be executed; draw a process or collaboration.",
    "subChoreography": "A choreography cannot be executed; draw a process or collaboration.",
    "globalConversation": "A global conversation cannot be executed; draw a process or collaboration.",
    "callConversation": "A called conversation cannot be executed; draw a process or collaboration.",
    "supports": "A supported process is not checked; take the element out.",
    "resourceParameterBinding": "Parameters of a resource are not read; name the people by an expression.",
}
# Refused wherever they stand: they are no part of a process.
NEVER = frozenset(("choreography", "globalConversation"))

# Attributes for which only one value can be executed, and what to do about another one.
FIXED: dict[str, tuple[frozenset[str], str]] = {
    "method": (
        frozenset(("##Compensate", "##compensate", "compensate", "Compensate")),
        "A transaction is undone by compensation only; take the attribute method out.",
    ),
}
