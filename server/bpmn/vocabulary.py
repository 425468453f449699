"""The whitelist: which elements and attributes of the BPMN namespace are read, which only describe, which are refused.

Whatever is in none of these tables is a problem, so that nothing of a model is ever dropped in silence.
"""

from server.bpmn.names import ACTIVITIES, EVENTS, FLOW_NODES, words

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
    "task": "",
    "userTask": "implementation",
    "manualTask": "",
    "scriptTask": "scriptFormat",
    "script": "",
    "serviceTask": "implementation operationRef",
    "sendTask": "implementation operationRef messageRef",
    "receiveTask": "implementation operationRef messageRef instantiate",
    "callActivity": "calledElement",
    "subProcess": "triggeredByEvent",
    "exclusiveGateway": "default gatewayDirection",
    "parallelGateway": "gatewayDirection",
    "inclusiveGateway": "default gatewayDirection",
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
    "eventDefinitionRef": "",
    "operationRef": "",
    "timeDate": "language evaluatesToTypeRef",
    "timeDuration": "language evaluatesToTypeRef",
    "timeCycle": "language evaluatesToTypeRef",
    "standardLoopCharacteristics": "testBefore loopMaximum",
    "loopCondition": "language evaluatesToTypeRef",
    "multiInstanceLoopCharacteristics": "isSequential behavior",
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
PARENTS: dict[str, frozenset[str]] = {
    **{tag: frozenset(("process", "subProcess")) for tag in FLOW_NODES | {"sequenceFlow", "dataObject"}},
    **{tag: frozenset(("process", *ACTIVITIES)) for tag in _HELD_BY_ACTIVITIES},
    "property": frozenset(("process", *ACTIVITIES, *EVENTS)),
    "dataInputAssociation": frozenset((*ACTIVITIES, *EVENTS)),
    "dataOutputAssociation": frozenset((*ACTIVITIES, *EVENTS)),
    "dataObjectReference": frozenset(("process", "subProcess")),
    "process": frozenset(("definitions",)),
    "collaboration": frozenset(("definitions",)),
    "laneSet": frozenset(("process", "subProcess")),
    "childLaneSet": frozenset(("lane",)),
    "lane": frozenset(("laneSet", "childLaneSet")),
    "flowNodeRef": frozenset(("lane",)),
    "conditionExpression": frozenset(("sequenceFlow",)),
    "script": frozenset(("scriptTask",)),
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
            "completionCondition",
        )
    },
    **{
        f"{kind}EventDefinition": frozenset(("definitions", *EVENTS))
        for kind in ("message", "timer", "signal", "error", "escalation", "terminate")
    },
    "eventDefinitionRef": EVENTS,
    "operationRef": frozenset(("messageEventDefinition",)),
}

# Elements that are understood but cannot be executed, and what to draw in their place.
REFUSED: dict[str, str] = {
    "transaction": "A transaction cannot be executed; draw an embedded sub-process with an error boundary event.",
    "adHocSubProcess": "An ad-hoc sub-process cannot be executed; draw a sub-process with gateways for the choices.",
    "complexGateway": "A complex gateway cannot be executed; draw exclusive, inclusive or parallel gateways.",
    "businessRuleTask": "A business rule task cannot be executed; draw a script task or gateways for the decision.",
    "compensateEventDefinition": "Compensation cannot be executed; draw the undoing as a path of its own.",
    "linkEventDefinition": "A link event cannot be executed; draw a sequence flow in its place.",
    "conditionalEventDefinition": "A conditional event cannot be executed; draw a message or signal event.",
    "cancelEventDefinition": "A cancel event cannot be executed; draw an error event on an embedded sub-process.",
    "complexBehaviorDefinition": "Events thrown by a multi-instance cannot be executed; throw them after it.",
    "choreography": "A choreography cannot be executed; draw a process or collaboration.",
    "globalChoreographyTask": "A choreography cannot be executed; draw a process or collaboration.",
    "callChoreography": "A choreography cannot be executed; draw a process or collaboration.",
    "choreographyTask": "A choreography cannot be executed; draw a process or collaboration.",
    "subChoreography": "A choreography cannot be executed; draw a process or collaboration.",
    "globalConversation": "A global conversation cannot be executed; draw a process or collaboration.",
    "callConversation": "A called conversation cannot be executed; draw a process or collaboration.",
    "globalTask": "A global task cannot be executed; draw a process with this one task and call that.",
    "globalUserTask": "A global user task cannot be executed; draw a process with this one task and call that.",
    "globalManualTask": "A global manual task cannot be executed; draw a process with this one task and call that.",
    "globalScriptTask": "A global script task cannot be executed; draw a process with this one task and call that.",
    "globalBusinessRuleTask": "A global business rule task cannot be executed; draw gateways for the decision.",
    "correlationProperty": 'Correlation properties are not read; add a property "correlationKey" to the event.',
    "correlationSubscription": 'Correlation subscriptions are not read; add a property "correlationKey" to the event.',
    "transformation": "A data transformation cannot be executed; use a script task or an output mapping.",
    "assignment": "An assignment of a data association cannot be executed; use a script task or an output mapping.",
    "supports": "A supported process is not checked; take the element out.",
    "resourceParameterBinding": "Parameters of a resource are not read; name the people by an expression.",
}
# Refused wherever they stand: they are no part of a process.
NEVER = frozenset(("choreography", "globalConversation", "correlationProperty"))

# Attributes for which only one value can be executed, and what to do about another one.
FIXED: dict[str, tuple[frozenset[str], str]] = {
    "startQuantity": (frozenset(("1",)), "Tokens are not counted: startQuantity must be 1; draw a parallel gateway."),
    "completionQuantity": (
        frozenset(("1",)),
        "Tokens are not counted: completionQuantity must be 1; draw a parallel gateway.",
    ),
    "isForCompensation": (
        frozenset(("false", "0")),
        "Compensation cannot be executed; draw the undoing as a path of its own.",
    ),
    "triggeredByEvent": (
        frozenset(("false", "0")),
        "An event sub-process cannot be executed; draw a boundary event on a sub-process.",
    ),
    "instantiate": (
        frozenset(("false", "0")),
        "A receive task or gateway cannot start a process; draw a message start event.",
    ),
    "eventGatewayType": (
        frozenset(("Exclusive",)),
        "A parallel event-based gateway cannot be executed; draw a parallel gateway with one event on each path.",
    ),
    "parallelMultiple": (
        frozenset(("false", "0")),
        "An event with several triggers cannot be executed; draw one event for each.",
    ),
    "behavior": (
        frozenset(("All", "all")),
        "Events thrown by a multi-instance cannot be executed; throw them after it.",
    ),
    "isImmediate": (
        frozenset(("true", "1")),
        "isImmediate=false is not allowed in an executable process; take the attribute out.",
    ),
}
# These make an activity begin without a flow that leads to it, so that they count wherever they stand.
UNCALLED = frozenset(("triggeredByEvent", "isForCompensation"))
