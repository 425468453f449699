"""Camunda 8 (Zeebe) models: job workers, mappings, people and forms, written in FEEL or as plain texts."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import Assign, Assignment, DecisionReference, ExternalWork, FormReference, Listener
from server.bpmn.extensions import CallWords, Extensions, ProcessWords
from server.bpmn.findings import Findings
from server.bpmn.lineage.listeners import INTERRUPTED
from server.bpmn.lineage.work import NEEDS
from server.bpmn.names import Node, line_of, local
from server.expressions.expression import Expression

NAMESPACES = ("http://camunda.org/schema/zeebe/1.0",)
IGNORED = {
    "modelerTemplate": "it belongs to the editor.",
    "modelerTemplateVersion": "it belongs to the editor.",
    "modelerTemplateIcon": "it belongs to the editor.",
    "userTask": "every user task is one of this server.",
    "userTaskForm": "a form is deployed as a .form file of its own, under its id.",
    "linkedResources": "a worker finds its resources by itself.",
}
ATTRIBUTES = {
    "taskDefinition": "type retries",
    "header": "key value",
    "input": "source target",
    "output": "source target",
    "assignmentDefinition": "assignee candidateUsers candidateGroups",
    "taskSchedule": "dueDate followUpDate",
    "priorityDefinition": "priority",
    "formDefinition": "formId formKey externalReference",
    "calledElement": "processId bindingType versionTag propagateAllParentVariables propagateAllChildVariables",
    "calledDecision": "decisionId resultVariable bindingType versionTag",
    "script": "expression resultVariable",
    "subscription": "correlationKey",
    "publishMessage": "correlationKey timeToLive messageId",
    "loopCharacteristics": "inputCollection inputElement outputCollection outputElement",
    "property": "name value",
    "executionListener": "eventType type retries",
    "taskListener": "eventType type retries",
    "versionTag": "value",
}
IGNORED_ATTRIBUTES = {("formDefinition", name): "the newest form is shown." for name in ("bindingType", "versionTag")}
TASK_EVENTS = {"creating": "create", "create": "create", "completing": "complete", "complete": "complete"}

Found = dict[str, Any]
Reader = Callable[[Node, Findings], Found]


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Our words for what is added; whatever is not known is a problem."""
    for name in attributes:
        findings.ignored(node, f"zeebe:{name} is ignored: it is kept by the modeler and changes nothing.")
    found: Found = {}
    for element in elements:
        name = local(element)
        reader = READERS.get(name)
        if reader is not None:
            _check_attributes(element, findings)
            for key, value in reader(element, findings).items():
                found[key] = _together(found.get(key), value)
        elif name in IGNORED:
            findings.ignored(element, f"zeebe:{name} is ignored: {IGNORED[name]}")
        else:
            text = f"zeebe:{name} is not known here; take it out."
            findings.problem(element, text, code="dialect-not-executable")
    return Extensions(**found)


def _check_attributes(element: Node, findings: Findings) -> None:
    """What nobody reads is told, also inside: nothing is dropped in silence."""
    for node in element.iter("{*}*"):
        word = local(node)
        for name in map(str, node.attrib):
            reason = IGNORED_ATTRIBUTES.get((word, name))
            if reason is not None:
                findings.ignored(node, f"{name} of zeebe:{word} is ignored: {reason}")
            elif name not in ATTRIBUTES.get(word, "").split():
                text = f"{name} of zeebe:{word} is not known here; take it out."
                findings.problem(node, text, code="dialect-not-executable")


def _together(first: Any, second: Any) -> Any:
    """What several elements say about one thing."""
    if isinstance(first, tuple):
        return first + second
    if isinstance(first, dict):
        return {**first, **second}
    if isinstance(first, ExternalWork):
        return replace(
            first, headers=first.headers + second.headers, topic=second.topic if second.line else first.topic
        )
    if isinstance(first, Assignment):
        said = {name: value for name, value in vars(second).items() if value}
        return replace(first, **said)
    return second


def _value(element: Node, attribute: str) -> Expression | None:
    text = (element.get(attribute) or "").strip()
    return languages.value(text, line_of(element)) if text else None


def _worker(element: Node, findings: Findings) -> ExternalWork | None:
    topic = _value(element, "type")
    if topic is None:
        findings.problem(element, "The job has no type, so that no worker could find it; give it one.")
        return None
    findings.warning(element, f'Needs a worker: the job waits until one fetches the topic "{topic.text}".', NEEDS)
    retries = _value(element, "retries")
    headers = (("retries", retries),) if retries is not None else ()
    return ExternalWork(topic, headers=headers, line=line_of(element))


def _task_definition(element: Node, findings: Findings) -> Found:
    work = _worker(element, findings)
    return {} if work is None else {"external": work}


def _task_headers(element: Node, findings: Findings) -> Found:
    line = line_of(element)
    headers = tuple(
        (inner.get("key") or "", Expression(inner.get("value") or "", "text", line_of(inner))) for inner in element
    )
    return {"external": ExternalWork(Expression("", "text", line), headers=headers)} if headers else {}


def _io_mapping(element: Node, findings: Findings) -> Found:
    found: dict[str, list[Assign]] = {"inputs": [], "outputs": []}
    for inner in element:
        source, target = _value(inner, "source"), (inner.get("target") or "").strip()
        kind = {"input": "inputs", "output": "outputs"}.get(local(inner))
        if kind is None or not target:
            findings.problem(inner, "A mapping needs a target; name the variable.")
        elif "." in target and kind == "outputs":
            text = f'The target "{target}" lies inside a variable; name a variable without dots.'
            findings.problem(inner, text, code="dialect-not-executable")
        else:
            found[kind].append(Assign(target, source or Expression("", "text", line_of(inner))))
    found["inputs"] = _nested(found["inputs"])
    return {kind: tuple(assigns) for kind, assigns in found.items() if assigns}


def _nested(inputs: list[Assign]) -> list[Assign]:
    """Inputs into `to.name` and `to.email` are one variable `to`, with a part for each."""
    found: dict[str, Assign] = {}
    parts: dict[str, dict[str, Any]] = {}
    for assign in inputs:
        root, *inner = assign.target.split(".")
        if not inner:
            found[root] = assign
            continue
        whole = parts.setdefault(root, {})
        for name in inner[:-1]:
            if whole.get(name, [""])[0] != "map":
                whole[name] = ["map", {}]
            whole = whole[name][1]
        whole[inner[-1]] = ["value", assign.source.text, assign.source.language, assign.source.line]
        text = json.dumps(["map", parts[root]])
        found[root] = Assign(root, Expression(text, "composition", assign.source.line))
    return list(found.values())


def _assignment(element: Node, findings: Findings) -> Found:
    return {
        "assignment": Assignment(
            assignee=_value(element, "assignee"),
            candidate_users=_people(element, "candidateUsers"),
            candidate_groups=_people(element, "candidateGroups"),
        )
    }


def _people(element: Node, attribute: str) -> tuple[Expression, ...]:
    """Names parted by commas, or one FEEL expression that yields a list."""
    text, line = (element.get(attribute) or "").strip(), line_of(element)
    if text.startswith("="):
        return (languages.value(text, line),)
    return languages.values(text, line)


def _schedule(element: Node, findings: Findings) -> Found:
    return {"assignment": Assignment(due=_value(element, "dueDate"), follow_up=_value(element, "followUpDate"))}


def _priority(element: Node, findings: Findings) -> Found:
    return {"assignment": Assignment(priority=_value(element, "priority"))}


def _form(element: Node, findings: Findings) -> Found:
    key = element.get("formId") or element.get("formKey") or element.get("externalReference") or ""
    if key.startswith("="):
        findings.problem(element, "Which form is shown cannot be calculated; name the form.")
        return {}
    return {"form": FormReference(key.rpartition(":")[2])} if key else {}


def _called_element(element: Node, findings: Findings) -> Found:
    binding = element.get("bindingType") or "latest"
    return {
        "call": CallWords(
            binding,
            _value(element, "versionTag") if binding == "versionTag" else None,
            all_inputs=element.get("propagateAllParentVariables") != "false",
            all_outputs=element.get("propagateAllChildVariables") != "false",
            process_key=_value(element, "processId"),
        )
    }


def _called_decision(element: Node, findings: Findings) -> Found:
    key, line = _value(element, "decisionId"), line_of(element)
    binding = element.get("bindingType") or "latest"
    if key is None:
        findings.problem(element, "The business rule task names no decision; give it one.")
        return {}
    version = _value(element, "versionTag") if binding == "versionTag" else None
    return {"decision": DecisionReference(key, binding, version, element.get("resultVariable"), None, line)}


def _script(element: Node, findings: Findings) -> Found:
    script = _value(element, "expression")
    if script is None:
        findings.problem(element, "The script task has no expression; write one.", code="script-missing")
        return {}
    return {"script": script, "result_variable": element.get("resultVariable")}


def _subscription(element: Node, findings: Findings) -> Found:
    key = _value(element, "correlationKey")
    return {} if key is None else {"correlation_key": key}


def _published(element: Node, findings: Findings) -> Found:
    if element.get("messageId"):
        text = "Messages that repeat an id are not told apart here; take messageId out, or correlate them by a key."
        findings.problem(element, text, code="dialect-not-executable")
    waits = _value(element, "timeToLive")
    return {**_subscription(element, findings), **({} if waits is None else {"time_to_live": waits})}


def _loop(element: Node, findings: Findings) -> Found:
    found: Found = {"collection": _value(element, "inputCollection"), "element_variable": element.get("inputElement")}
    result = _value(element, "outputElement")
    if result is not None and element.get("outputCollection"):
        found["result_collection"] = element.get("outputCollection")
        found["result"] = result
    return {name: value for name, value in found.items() if value}


def _properties(element: Node, findings: Findings) -> Found:
    return {"properties": {inner.get("name") or "": inner.get("value") or "" for inner in element if inner.get("name")}}


def _execution_listeners(element: Node, findings: Findings) -> Found:
    return _listeners(element, findings, {"start": "start", "end": "end"})


def _task_listeners(element: Node, findings: Findings) -> Found:
    return _listeners(element, findings, TASK_EVENTS)


def _listeners(element: Node, findings: Findings, events: dict[str, str]) -> Found:
    found = []
    for inner in element:
        event = events.get(inner.get("eventType") or "")
        if event is None:
            text = (
                f'A listener to "{inner.get("eventType")}" cannot be run, because no worker can be waited for then;'
                f" use {', '.join(events)}."
            )
            findings.problem(inner, text, code="dialect-not-executable")
            continue
        work = _worker(inner, findings)
        if work is not None:
            found.append(Listener(event, work=work, line=line_of(inner)))
            if event == "end":
                findings.ignored(inner, INTERRUPTED)
    return {"listeners": tuple(found)} if found else {}


def _version_tag(element: Node, findings: Findings) -> Found:
    return {"process": ProcessWords(version_tag=element.get("value") or None)}


READERS: dict[str, Reader] = {
    "taskDefinition": _task_definition,
    "taskHeaders": _task_headers,
    "ioMapping": _io_mapping,
    "assignmentDefinition": _assignment,
    "taskSchedule": _schedule,
    "priorityDefinition": _priority,
    "formDefinition": _form,
    "calledElement": _called_element,
    "calledDecision": _called_decision,
    "script": _script,
    "subscription": _subscription,
    "publishMessage": _published,
    "loopCharacteristics": _loop,
    "properties": _properties,
    "executionListeners": _execution_listeners,
    "taskListeners": _task_listeners,
    "versionTag": _version_tag,
}
