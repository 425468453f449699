"""Reads loop and multi-instance characteristics of an activity (BPMN 2.0.2, 10.3.8)."""

from server.bpmn import languages
from server.bpmn.definition import ImplicitThrow, Loop
from server.bpmn.events import KINDS, SUFFIX, Surroundings, event_definitions, read_thrown
from server.bpmn.extensions import Extensions
from server.bpmn.names import Node, child, children, content, flag, line_of
from server.expressions.expression import Expression

# behavior, in small letters: when the event is thrown, and the attribute that names it
BEHAVIORS = {"none": ("each", "noneBehaviorEventRef"), "one": ("first", "oneBehaviorEventRef")}
RESULT = "outputElement"  # the variable of an instance whose result the model calculates
LOOPS = frozenset(("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"))
DATA = ("dataObject", "dataObjectReference", "dataInput", "dataOutput", "property", "dataStoreReference")


def read_loop(node: Node, around: Surroundings, words: Extensions) -> Loop | None:
    standard = child(node, "standardLoopCharacteristics")
    several = child(node, "multiInstanceLoopCharacteristics")
    if standard is not None and several is not None:
        text = "An activity is either a loop or a multi-instance; delete one of the two markers."
        around.findings.problem(node, text, code="loop-and-multi-instance")
    if several is not None:
        return _multi_instance(several, around, words)
    return _standard(standard, around) if standard is not None else None


def _standard(node: Node, around: Surroundings) -> Loop:
    maximum = None
    text = (node.get("loopMaximum") or "").strip()
    if text:
        maximum = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
        if maximum is None:
            wrong = f'loopMaximum must be a whole number from 0, not "{text}".'
            around.findings.problem(node, wrong, code="wrong-type")
    condition = _formula(child(node, "loopCondition"), around)
    if condition is None and not text:
        endless = "The loop would never end; give it a condition or a maximum."
        around.findings.problem(node, endless, code="loop-endless")
    return Loop(
        "standard",
        loop_condition=condition,
        loop_maximum=maximum,
        test_before=flag(node, "testBefore"),
        line=line_of(node),
    )


def _multi_instance(node: Node, around: Surroundings, words: Extensions) -> Loop:
    inner = around.words.get(node, Extensions())
    collection = inner.collection
    data = _data_name(child(node, "loopDataInputRef"), around)
    if collection is None and data is not None:
        collection = Expression(data, "python", line_of(node))
    cardinality = _formula(child(node, "loopCardinality"), around)
    if collection is None and cardinality is None:
        text = "The multi-instance does not say for what; give it a collection or a loop cardinality."
        around.findings.problem(node, text, code="multi-instance-without-items")
    return Loop(
        "sequential" if flag(node, "isSequential") else "parallel",
        cardinality=cardinality,
        collection=collection,
        element_variable=inner.element_variable or _item(child(node, "inputDataItem")),
        result_collection=_data_name(child(node, "loopDataOutputRef"), around)
        or inner.result_collection
        or words.properties.get("resultCollection"),
        result_variable=_item(child(node, "outputDataItem"))
        or (RESULT if inner.result is not None else words.properties.get("resultVariable")),
        completion_condition=_formula(child(node, "completionCondition"), around),
        throws=_throws(node, around),
        line=line_of(node),
    )


def _throws(node: Node, around: Surroundings) -> tuple[ImplicitThrow, ...]:
    """The events that are thrown while its instances are completed (BPMN 2.0.2, 10.3.8, `behavior`)."""
    behavior = (node.get("behavior") or "All").lower()
    if behavior in BEHAVIORS:
        when, attribute = BEHAVIORS[behavior]
        tags = tuple(f"{kind}{SUFFIX}" for kind in KINDS)
        definition = around.references.find(node, node.get(attribute), tags)
        if definition is None:
            text = f"The behavior {behavior} throws an event: name it by {attribute}, or take the behavior away."
            around.findings.problem(node, text, code="event-reference-missing")
            return ()
        return (ImplicitThrow(when, (read_thrown(definition, around),)),)
    if behavior != "complex":
        return ()
    found = []
    for complex_ in children(node, "complexBehaviorDefinition"):
        event = child(complex_, "event")
        triggers = event_definitions(event, around) if event is not None else []
        thrown = tuple(read_thrown(definition, around) for definition in triggers)
        found.append(ImplicitThrow("condition", thrown, _formula(child(complex_, "condition"), around)))
    return tuple(found)


def _formula(node: Node | None, around: Surroundings) -> Expression | None:
    text = content(node)
    if node is None or not text:
        return None
    return languages.formula(text, line_of(node), node.get("language"), around.language)


def _item(node: Node | None) -> str | None:
    return (node.get("name") or node.get("id")) if node is not None else None


def _data_name(node: Node | None, around: Surroundings) -> str | None:
    """The variable that a data reference means: the name of the data object, else its id."""
    if node is None or not content(node):
        return None
    found = around.references.find(node, content(node), DATA)
    return data_name(found, around) if found is not None else None


def data_name(node: Node, around: Surroundings) -> str:
    """The variable behind a data object or a reference to one."""
    wanted = around.references.bare(node.get("dataObjectRef"))
    target = around.references.nodes.get(wanted) if wanted else None
    if target is not None and target is not node and target.get("dataObjectRef") is None:
        node = target
    return (node.get("name") or node.get("id") or "").strip()
