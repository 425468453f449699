"""Reads execution and task listeners: expressions, scripts, and code, which needs a worker."""

from typing import Any

from server.bpmn import languages
from server.bpmn.definition import ExternalWork, Listener
from server.bpmn.findings import Findings
from server.bpmn.lineage.work import NEEDS, needs_worker, read_code, read_field
from server.bpmn.names import Node, content, line_of, local
from server.expressions.expression import Expression

EVENTS = {
    "executionListener": ("start", "end", "take"),
    "taskListener": ("create", "assignment", "complete", "delete"),
}
WAITING = ("start", "end", "create", "complete")  # where an instance can wait for a worker


def read_listener(element: Node, findings: Findings) -> dict[str, Any]:
    """`listeners` with one listener; one that cannot be run is a problem."""
    event = (
        "take"
        if any(local(around) == "sequenceFlow" for around in element.iterancestors())
        else (element.get("event") or "").strip()
    )
    known = EVENTS[local(element)]
    if event not in known:
        text = f'A listener to "{event}" cannot be run; use {", ".join(known)}, or draw what it does.'
        findings.problem(element, text, code="dialect-not-executable")
        return {}
    listener = _listener(element, event, findings)
    return {} if listener is None else {"listeners": (listener,)}


def _listener(element: Node, event: str, findings: Findings) -> Listener | None:
    line = line_of(element)
    formula = (element.get("expression") or "").strip()
    if formula:
        return Listener(event, languages.formula(formula, line), line=line)
    script = next((inner for inner in element if local(inner) == "script"), None)
    if script is not None:
        return _script(script, event, findings)
    code = read_code({str(name): str(value) for name, value in element.attrib.items()})
    if code is None:
        findings.problem(element, "The listener does nothing; give it an expression or a script, or delete it.")
        return None
    if event not in WAITING:
        text = f'"{code}" is code outside the model and an instance cannot wait for a worker at "{event}"; draw it.'
        findings.problem(element, text, code="foreign-code")
        return None
    findings.warning(element, needs_worker(code), NEEDS)
    headers = tuple(pair for inner in element if local(inner) == "field" for pair in read_field(inner))
    return Listener(event, work=ExternalWork(Expression(code, "text", line), headers=headers, line=line), line=line)


def _script(node: Node, event: str, findings: Findings) -> Listener | None:
    text, line = content(node), line_of(node)
    if node.get("resource"):
        text = "A script outside the model cannot be run; write it into the model."
        findings.problem(node, text, code="foreign-code")
        return None
    if not text:
        findings.problem(node, "The script of the listener is empty; write one or delete the listener.")
        return None
    script = languages.script(text, line, node.get("scriptFormat"))
    if script.language == "python":
        return Listener(event, script=script, line=line)
    return Listener(event, script, line=line)
