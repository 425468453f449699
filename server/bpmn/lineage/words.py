"""Translates attributes and extension elements of the Activiti family; each descendant says where it differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.bpmn import languages, names
from server.bpmn.definition import Assignment, DecisionReference, FormReference
from server.bpmn.extensions import Extensions, ProcessWords
from server.bpmn.findings import Findings
from server.bpmn.lineage.calls import read_binding, read_crossings
from server.bpmn.lineage.connectors import read_connector
from server.bpmn.lineage.forms import form_key, read_fields
from server.bpmn.lineage.listeners import read_listener
from server.bpmn.lineage.mappings import read_mappings
from server.bpmn.lineage.work import read_errors, read_field, read_mail, read_work, works
from server.bpmn.names import Node, content, line_of, local

NO_CODE = "Code outside the model cannot be run; use the http-connector or mail-send connector, or an expression."
LISTENER = "Listeners cannot be run; draw what they do as a script task or an input or output mapping."
CASE = "Cases cannot be called; call a process."
UNMAPPED = "dialect-not-executable"
REFUSAL_CODES = {NO_CODE: "foreign-code", CASE: "case-not-callable"}
REFUSED_ATTRIBUTES = {
    "caseRef": CASE,
    "variableMappingClass": NO_CODE,
    "variableMappingDelegateExpression": NO_CODE,
    "formHandlerClass": NO_CODE,
    "skipExpression": "skipExpression is not read; draw a gateway before the activity.",
    "calledElementTenantId": "Tenants are not known here; take calledElementTenantId out.",
    "varMapping": NO_CODE,
}
IGNORED_ATTRIBUTES = {
    "formRefBinding": "the newest form is shown.",
    "formRefVersion": "the newest form is shown.",
    "isStartableInTasklist": "who may start is said by candidate starters.",
    "diagramRelationId": "it belongs to the editor.",
    "modelerTemplate": "it belongs to the editor.",
    "modelerTemplateVersion": "it belongs to the editor.",
    "errorMessage": "the message of an error comes from where it is thrown, or from the worker.",
    "variableName": "a condition is asked when any variable that it reads has changed.",
    "variableEvents": "a condition is asked whenever a variable that it reads has changed.",
}
REFUSED_ELEMENTS = {
    "eventListener": LISTENER,
    "constraint": "Constraints are not read here.",
}
IGNORED_ELEMENTS = {
    "field": "it belongs to code outside the model, and none is called here.",
    "errorEventDefinition": "it has no meaning without an external task.",
    "potentialStarter": "who may start is said by candidate starters.",
    "modelerTemplate": "it belongs to the editor.",
}


@dataclass(frozen=True)
class Descent:
    """Where one descendant differs: its prefix in messages, further words it ignores, refuses or spells otherwise."""

    prefix: str
    ignored: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    spelt: Mapping[str, str] = field(default_factory=dict)  # their word -> the common word


@dataclass(frozen=True)
class Place:
    """The node that is being translated, and where to report."""

    node: Node
    findings: Findings
    descent: Descent


def translate(
    node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings, descent: Descent
) -> Extensions:
    """Our words for what is added to one element; whatever is not known is a problem."""
    place = Place(node, findings, descent)
    said = {descent.spelt.get(name, name): value.strip() for name, value in attributes.items()}
    found: dict[str, Any] = _from_attributes(place, said)
    _read_work(place, said, elements, found)
    is_work = "external" in found or "connector" in found or any(local(each) == "connector" for each in elements)
    for element in elements:
        if local(element) in ("field", "errorEventDefinition") and is_work:
            continue
        name = descent.spelt.get(local(element), local(element))
        reader = ELEMENTS.get(name)
        if reader is not None:
            for key, value in reader(element, findings).items():
                found[key] = _together(found.get(key), value)
        elif name in descent.ignored or name in IGNORED_ELEMENTS:
            reason = descent.ignored.get(name) or IGNORED_ELEMENTS[name]
            findings.ignored(element, f"{descent.prefix}:{name} is ignored: {reason}")
        elif not _is_call(name):
            text = descent.refused.get(name) or REFUSED_ELEMENTS.get(name)
            text = text or f"{descent.prefix}:{name} is not known here; take it out."
            findings.problem(element, text, code=UNMAPPED)
    if "connector" in found:
        found["connector"] = replace(found["connector"], errors=read_errors(elements, findings))
    crossings = [element for element in elements if _is_call(local(element))]
    if crossings or "calledElementBinding" in said:
        found["call"] = read_crossings(crossings, read_binding(node, said, findings), findings)
    key, fields = form_key(said), found.pop("fields", ())
    if key or fields:
        found["form"] = FormReference(key or None, fields)
    return _with_excluded(Extensions(**found), line_of(node))


def _read_work(place: Place, said: dict[str, str], elements: list[Node], found: dict[str, Any]) -> None:
    """What a worker, a mail or a decision does."""
    node, line = place.node, line_of(place.node)
    if not works(node):
        return
    if said.get("type") == "mail":
        found["connector"] = read_mail(elements)
    elif said.get("type") == "dmn":
        key = dict(pair for element in elements if local(element) == "field" for pair in read_field(element))
        if "decisionTableReferenceKey" in key:
            found["decision"] = DecisionReference(key["decisionTableReferenceKey"], line=line)
    elif said.get("decisionRef"):
        found["decision"] = _decision(said, line)
    elif "expression" not in found:
        work = read_work(node, said, elements, place.findings)
        if work is not None:
            found["external"] = work


def _decision(said: dict[str, str], line: int) -> DecisionReference:
    binding = said.get("decisionRefBinding") or "latest"
    version = said.get({"version": "decisionRefVersion", "versionTag": "decisionRefVersionTag"}.get(binding, ""))
    return DecisionReference(
        languages.value(said["decisionRef"], line),
        binding,
        languages.value(version, line) if version else None,
        said.get("resultVariable"),
        said.get("mapDecisionResult"),
        line,
    )


def _is_call(name: str) -> bool:
    return name in ("in", "out")


def _together(first: Any, second: Any) -> Any:
    """Two mappings or lists of one kind are joined; of two single values the later counts."""
    if isinstance(first, tuple):
        return first + second
    if isinstance(first, dict):
        return {**first, **second}
    return second


def _from_attributes(place: Place, said: dict[str, str]) -> dict[str, Any]:
    for name, value in said.items():
        if name not in READ_ATTRIBUTES or name == "expression":
            _check(place, name, value)
    node, line = place.node, line_of(place.node)
    found: dict[str, Any] = {}
    if any(
        name in said
        for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority")
    ):
        found["assignment"] = _assignment(said, line)
    if works(node) and said.get("expression"):
        found["expression"] = languages.formula(said["expression"], line)
    if "resultVariable" in said:
        found["result_variable"] = said["resultVariable"]
    if local(node) != "signalEventDefinition":
        found["asynchronous_before"] = "true" in (said.get("async"), said.get("asyncBefore"))
    found["asynchronous_after"] = said.get("asyncAfter") == "true"
    found["concurrent"] = said.get("exclusive") == "false"
    if said.get("jobPriority") and local(node) != "process":
        found["job_priority"] = languages.value(said["jobPriority"], line)
    if said.get("collection"):
        found["collection"] = languages.formula(said["collection"], line)
    for name, word in SIMPLE.items():
        if said.get(name):
            found[word] = said[name]
    if local(node) == "process":
        found["process"] = _process(place, said)
    return found


SIMPLE = {
    "elementVariable": "element_variable",
    "initiator": "initiator_variable",
    "errorCodeVariable": "code_variable",
    "escalationCodeVariable": "code_variable",
    "errorMessageVariable": "message_variable",
}
READ_ATTRIBUTES = names.words(
    "assignee candidateUsers candidateGroups dueDate followUpDate priority formKey formRef expression"
    " resultVariable async asyncBefore asyncAfter collection calledElementBinding calledElementVersion"
    " calledElementVersionTag candidateStarterUsers candidateStarterGroups versionTag historyTimeToLive exclusive"
    " jobPriority"
) | frozenset(SIMPLE)


OF_WORK = names.words(
    "resource type topic taskPriority class delegateExpression expression decisionRef decisionRefBinding"
    " decisionRefVersion decisionRefVersionTag mapDecisionResult"
)


def _check(place: Place, name: str, value: str) -> None:
    shown = f"{place.descent.prefix}:{name}"
    tag = local(place.node)
    reason = place.descent.ignored.get(name) or IGNORED_ATTRIBUTES.get(name)
    if name in OF_WORK:
        if not works(place.node):
            place.findings.ignored(place.node, f"{shown} is ignored: it has no meaning for a {tag}.")
    elif name in REFUSED_ATTRIBUTES or name in place.descent.refused:
        text = place.descent.refused.get(name) or REFUSED_ATTRIBUTES[name]
        place.findings.problem(place.node, text, code=REFUSAL_CODES.get(text, UNMAPPED))
    elif reason is not None:
        place.findings.ignored(place.node, f"{shown} is ignored: {reason}")
    else:
        place.findings.problem(place.node, f"{shown} is not known here; take it out.", code=UNMAPPED)


def _assignment(said: dict[str, str], line: int) -> Assignment:
    single = {name: languages.value(said[name], line) for name in SINGLE if said.get(name)}
    return Assignment(
        assignee=single.get("assignee"),
        candidate_users=languages.values(said.get("candidateUsers", ""), line),
        candidate_groups=languages.values(said.get("candidateGroups", ""), line),
        due=single.get("dueDate"),
        follow_up=single.get("followUpDate"),
        priority=single.get("priority"),
    )


SINGLE = ("assignee", "dueDate", "followUpDate", "priority")


def _process(place: Place, said: dict[str, str]) -> ProcessWords:
    return ProcessWords(
        version_tag=said.get("versionTag") or None,
        history_days=_days(place, said.get("historyTimeToLive", "")),
        starter_users=_names(said.get("candidateStarterUsers", "")),
        starter_groups=_names(said.get("candidateStarterGroups", "")),
        job_priority=languages.value(said["jobPriority"], line_of(place.node)) if said.get("jobPriority") else None,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _days(place: Place, text: str) -> int | None:
    number = text[1:-1] if text.startswith("P") and text.endswith("D") else text
    if not number:
        return None
    if number.isdecimal() and number.isascii() and len(number) < 7:
        return int(number)
    place.findings.problem(place.node, f'historyTimeToLive must be days, such as 180 or P180D, not "{text}".')
    return None


def _with_excluded(words: Extensions, line: int) -> Extensions:
    """Four eyes: the property excludedUsers belongs to the assignment."""
    text = words.properties.get("excludedUsers", "")
    if not text:
        return words
    fields = {**vars(words.assignment or Assignment()), "excluded_users": languages.values(text, line)}
    return Extensions(**{**vars(words), "assignment": Assignment(**fields)})


def _properties(element: Node, findings: Findings) -> dict[str, Any]:
    found = {}
    for inner in element:
        name = inner.get("name") or inner.get("id")
        if name:
            found[name] = inner.get("value") or ""
    return {"properties": found}


def _retry(element: Node, findings: Findings) -> dict[str, Any]:
    return {"retry_cycle": content(element)} if content(element) else {}


ELEMENTS: dict[str, Callable[[Node, Findings], dict[str, Any]]] = {
    "properties": _properties,
    "failedJobRetryTimeCycle": _retry,
    "inputOutput": read_mappings,
    "connector": read_connector,
    "executionListener": read_listener,
    "taskListener": read_listener,
    "formData": read_fields,
    "formProperty": read_fields,
}
