"""A form for a user task that names none: it asks for the variables which the model reads after that user task.

Those are what its output mapping takes, and what the conditions on the way to the next activity test, as far as nothing
else in the model writes them. Their kind is read from what they are compared with.
"""

import re
from collections.abc import Iterator
from typing import Any

from server.bpmn.definition import Element, Flow, Kind, Process
from server.errors import Invalid
from server.expressions import Expression, parse
from server.forms.definition import Form
from server.forms.dialects.form_js import read_schema

GATEWAYS = (Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY)
_COMPARED = r"\b{name}\b\s*(?:==|!=|<=|>=|<|>|\beq\b|\bne\b|\blt\b|\bgt\b|\ble\b|\bge\b)\s*(\"[^\"]*\"|'[^']*'|[\w.-]+)"


def generate(process: Process, element: Element) -> Form:
    """The form of *element*; without any variable to ask for it has no fields and is completed as it stands."""
    asked: dict[str, list[str]] = {}
    written = _written_elsewhere(process, element)
    for expression in [*(each.source for each in element.outputs), *_tests(process, element)]:
        for name in sorted(_names(expression) - written):
            asked.setdefault(name, []).append(expression.text)
    components = [_component(name, " ; ".join(found)) for name, found in asked.items()]
    title = element.name or element.id
    return read_schema({"id": element.id, "type": "default", "title": title, "components": components})


def _names(expression: Expression) -> frozenset[str]:
    try:
        return frozenset(name for name in parse(expression).names if name.isidentifier())
    except Invalid:
        return frozenset()


def _tests(process: Process, element: Element) -> Iterator[Expression]:
    """The conditions that are evaluated between *element* and the next activities."""
    elements = {each.id: each for each in process.elements()}
    flows = {flow.id: flow for flow in process.flows()}
    waiting, seen = [element.id], {element.id}
    while waiting:
        for flow_id in elements[waiting.pop()].outgoing:
            flow: Flow = flows[flow_id]
            if flow.condition is not None:
                yield flow.condition
            target = elements[flow.target]
            if target.kind in GATEWAYS and target.id not in seen:
                seen.add(target.id)
                waiting.append(target.id)
    if element.loop is not None and element.loop.completion_condition is not None:
        yield element.loop.completion_condition


def _written_elsewhere(process: Process, element: Element) -> frozenset[str]:
    """Names that something else than a person at this user task gives their values."""
    names = {"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter"}
    names |= {each.target for each in element.inputs}
    for other in process.elements():
        if other.loop is not None:
            names |= {name for name in (other.loop.element_variable, other.loop.result_collection) if name}
        if other.id == element.id:
            continue
        names |= {each.target for each in other.outputs}
        names |= {each.target for each in other.call.outputs} if other.call is not None else set()
        names |= {each.target for each in other.connector.outputs} if other.connector is not None else set()
        names |= {field.key for field in other.form.fields} if other.form is not None else set()
        found = (other.script_result, other.service_result, other.initiator_variable)
        names |= {name for name in found if name}
        names |= {each.target for trigger in other.triggers for each in trigger.payload}
    return frozenset(names)


def _component(name: str, text: str) -> dict[str, Any]:
    """A form-js component for the variable, of the kind that the text compares it with."""
    label = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).capitalize()
    made: dict[str, Any] = {"id": f"Field_{name}", "key": name, "label": label}
    literals = list(dict.fromkeys(re.findall(_COMPARED.format(name=re.escape(name)), text)))
    texts = [literal[1:-1] for literal in literals if literal[0] in "\"'"]
    if len(texts) > 1:
        values = [{"value": one, "label": one} for one in texts]
        return {**made, "type": "select", "values": values, "validate": {"required": True}}
    if texts:
        return {**made, "type": "textfield"}
    if any(re.fullmatch(r"-?\d+(?:\.\d+)?", literal) for literal in literals):
        return {**made, "type": "number", "validate": {"required": True}}
    if literals and not all(literal.lower() in ("true", "false") for literal in literals):
        return {**made, "type": "textfield"}
    return {**made, "type": "checkbox"}
