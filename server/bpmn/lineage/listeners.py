"""Reads execution and task listeners: expressions, scripts, and code, which needs a worker."""

from dataclasses import replace
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import ExternalWork, Listener
from server.bpmn.findings import Findings
from server.bpmn.lineage.work import NEEDS, needs_worker, read_code, read_field
from server.bpmn.names import Node, child, content, line_of, local
from server.bpmn.timers import read_timer
from server.expressions.expression import Expression

EVENTS = {
    "executionListener": ("start", "end", "take"),
    "taskListener": ("create", "assignment", "update", "timeout", "complete", "delete"),
}
ALL = {"taskListener": ("create", "assignment", "complete", "delete")}  # what Flowable and Activiti mean by "all"
WAITING = ("start", "end", "create", "complete")  # where an instance can wait for a worker
INTERRUPTED = "The listener is ignored where its activity is interrupted: what is taken away cannot wait for a worker."


def read_listener(element: Node, findings: Findings) -> dict[str, Any]:
    """`listeners` with what listens; what cannot be run is a problem."""
    event = (
        "take"
        if any(local(around) == "sequenceFlow" for around in element.iterancestors())
        else (element.get("event") or "").strip()
    )
    known = EVENTS[local(element)]
    events = ALL.get(local(element), ()) if event == "all" else (event,) if event in known else ()
    if not events:
        text = f'A listener to "{event}" cannot be run; use {", ".join(known)}, or draw what it does.'
        findings.problem(element, text, code="dialect-not-executable")
        return {}
    found = tuple(filter(None, (_listener(element, each, findings) for each in events)))
    if event == "timeout":
        timer = child(element, "timerEventDefinition")
        if timer is None:
            text = "The listener to a timeout has no timer; give it one, or delete it."
            findings.problem(element, text, code="timer-without-time")
            return {}
        found = tuple(replace(each, timer=read_timer(timer, findings)) for each in found)
    return {"listeners": found} if found else {}


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
    if event == "end":
        findings.ignored(element, INTERRUPTED)
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
