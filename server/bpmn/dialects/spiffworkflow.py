"""Models of SpiffWorkflow's own editor: scripts before and after, service operators, decisions and forms."""

from collections.abc import Callable
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import DecisionReference, ExternalWork, FormReference, Listener
from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.lineage.work import NEEDS
from server.bpmn.names import Node, content, line_of, local
from server.expressions.expression import Expression

NAMESPACES = ("http://spiffworkflow.org/bpmn/schema/1.0/core", "http://spiffworkflow.org/bpmn/schema/1.0")
IGNORED = {
    "unitTests": "tests of scripts belong to the editor.",
    "instructionsForEndUser": "it is shown by another server; write it as documentation.",
    "category": "it describes only.",
    "guestConfirmation": "nobody works here without signing in.",
    "allowGuest": "nobody works here without signing in.",
    "taskMetadataValues": "it describes only.",
    "signalButtonLabel": "signals are sent by programs or operators here.",
}
FORM = "formJsonSchemaFilename"

Found = dict[str, Any]


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Our words for scripts, operators, decisions and forms of that editor; what is not known is a problem."""
    for name in attributes:
        findings.ignored(node, f"spiffworkflow:{name} is ignored: it is kept by the editor and changes nothing.")
    found: Found = {}
    for element in elements:
        name = local(element)
        reader = READERS.get(name)
        if reader is not None:
            for key, value in reader(element, findings).items():
                found[key] = found[key] + value if isinstance(value, tuple) and key in found else value
        elif name in IGNORED:
            findings.ignored(element, f"spiffworkflow:{name} is ignored: {IGNORED[name]}")
        else:
            text = f"spiffworkflow:{name} is not known here; say it with a script or a mapping."
            findings.problem(element, text, code="dialect-not-executable")
    return Extensions(**found)


def _script(event: str) -> Callable[[Node, Findings], Found]:
    def read(element: Node, findings: Findings) -> Found:
        text, line = (element.text or "").strip("\r\n"), line_of(element)
        if not text.strip():
            return {}
        return {"listeners": (Listener(event, script=languages.script(text, line, "python"), line=line),)}

    return read


def _operator(element: Node, findings: Findings) -> Found:
    """A service operator runs in a program of its own: a worker, whose topic is the operator's id."""
    line, topic = line_of(element), (element.get("id") or "").strip()
    if not topic:
        findings.problem(element, "The service task names no operator; choose one.", code="task-without-work")
        return {}
    findings.warning(element, f'Needs a worker: "{topic}" is done by a program that fetches this topic.', NEEDS)
    headers = [
        (parameter.get("id") or "", languages.formula(parameter.get("value") or "None", line_of(parameter), "python"))
        for parameter in element.iter("{*}parameter")
    ]
    if element.get("resultVariable"):
        headers.append(("resultVariable", Expression(element.get("resultVariable") or "", "text", line)))
    return {"external": ExternalWork(Expression(topic, "text", line), headers=tuple(headers), line=line)}


def _decision(element: Node, findings: Findings) -> Found:
    key, line = content(element), line_of(element)
    return {"decision": DecisionReference(Expression(key, "text", line), line=line)} if key else {}


def _properties(element: Node, findings: Findings) -> Found:
    said = {inner.get("name") or "": inner.get("value") or "" for inner in element if inner.get("name")}
    if FORM not in said:
        return {"properties": said}
    key = said[FORM].removesuffix(".json").removesuffix("-schema")
    findings.warning(element, f'The form is a JSON schema; deploy a form with the key "{key}" in its place.')
    return {"properties": said, "form": FormReference(key)}


READERS: dict[str, Callable[[Node, Findings], Found]] = {
    "preScript": _script("start"),
    "postScript": _script("end"),
    "serviceTaskOperator": _operator,
    "calledDecisionId": _decision,
    "properties": _properties,
}
