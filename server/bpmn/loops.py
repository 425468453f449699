"""Reads loop and multi-instance characteristics of an activity (BPMN 2.0.2, 10.3.8)."""

from server.bpmn import languages
from server.bpmn.definition import Loop
from server.bpmn.events import Surroundings
from server.bpmn.extensions import Extensions
from server.bpmn.names import Node, child, content, flag, line_of
from server.expressions.expression import Expression

LOOPS = frozenset(("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"))
DATA = ("dataObject", "dataObjectReference", "dataInput", "dataOutput", "property", "dataStoreReference")


def read_loop(node: Node, around: Surroundings, words: Extensions) -> Loop | None:
    standard = child(node, "standardLoopCharacteristics")
    several = child(node, "multiInstanceLoopCharacteristics")
    if standard is not None and several is not None:
        text = "An activity is either a loop or a multi-instance; delete one of the two markers."
        around.findings.problem(node, text)
    if several is not None:
        return _multi_instance(several, around, words)
    return _standard(standard, around) if standard is not None else None


def _standard(node: Node, around: Surroundings) -> Loop:
    maximum = None
    text = (node.get("loopMaximum") or "").strip()
    if text:
        maximum = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
        if maximum is None:
            around.findings.problem(node, f'loopMaximum must be a whole number from 0, not "{text}".')
    condition = _formula(child(node, "loopCondition"), around)
    if condition is None and not text:
        around.findings.problem(node, "The loop would never end; give it a condition or a maximum.")
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
        around.findings.problem(node, text)
    return Loop(
        "sequential" if flag(node, "isSequential") else "parallel",
        cardinality=cardinality,
        collection=collection,
        element_variable=inner.element_variable or _item(child(node, "inputDataItem")),
        result_collection=_data_name(child(node, "loopDataOutputRef"), around)
        or words.properties.get("resultCollection"),
        result_variable=_item(child(node, "outputDataItem")) or words.properties.get("resultVariable"),
        completion_condition=_formula(child(node, "completionCondition"), around),
        line=line_of(node),
    )


def _formula(node: Node | None, around: Surroundings) -> Expression | None:
    text = content(node)
    if node is None or not text:
        return None
    return languages.formula(text, line_of(node), node.get("language") or around.language)


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
