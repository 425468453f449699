"""Reads what is called and what crosses the border of a call: bindings, in and out."""

from dataclasses import replace

from server.bpmn import languages
from server.bpmn.definition import Assign
from server.bpmn.extensions import CallWords
from server.bpmn.findings import Findings
from server.bpmn.names import Node, line_of, local
from server.expressions.expression import Expression

BINDINGS = ("latest", "deployment", "version", "versionTag")


def read_binding(node: Node, said: dict[str, str], findings: Findings) -> CallWords:
    """Which version of the called process is meant."""
    binding = said.get("calledElementBinding") or "latest"
    if binding not in BINDINGS:
        findings.problem(node, f'The binding "{binding}" is not known; use latest, deployment, version or versionTag.')
        binding = "latest"
    attribute = {"version": "calledElementVersion", "versionTag": "calledElementVersionTag"}.get(binding)
    if attribute is None:
        return CallWords(binding)
    if not said.get(attribute):
        findings.problem(node, f"The binding {binding} needs {attribute}; fill it in or bind to the latest version.")
        return CallWords(binding)
    return CallWords(binding, languages.value(said[attribute], line_of(node)))


def read_crossings(elements: list[Node], call: CallWords, findings: Findings) -> CallWords:
    """The in and out elements, added to `call`."""
    for element in elements:
        inward = local(element) == "in"
        if element.get("businessKey") and inward:
            call = replace(call, business_key=languages.value(element.get("businessKey") or "", line_of(element)))
        elif element.get("variables") == "all":
            call = replace(call, all_inputs=True) if inward else replace(call, all_outputs=True)
        else:
            assign = _assign(element, findings)
            if assign is None:
                continue
            if inward:
                call = replace(call, inputs=(*call.inputs, assign))
            else:
                call = replace(call, outputs=(*call.outputs, assign))
        if element.get("local") == "true":
            findings.ignored(element, "local is ignored: the nearest variable of that name is taken anyway.")
    return call


def _assign(element: Node, findings: Findings) -> Assign | None:
    line = line_of(element)
    source = (element.get("source") or "").strip()
    expression = (element.get("sourceExpression") or "").strip()
    target = (element.get("target") or "").strip()
    if not target or not (source or expression):
        text = "A variable that crosses needs a source and a target; fill in both."
        findings.problem(element, text, code="crossing-incomplete")
        return None
    if expression:
        return Assign(target, languages.formula(expression, line))
    return Assign(target, Expression(source, "variable", line))  # not set: null crosses, as in Camunda 7
