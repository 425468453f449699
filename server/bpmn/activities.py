"""Reads one flow node into an element: the standard's attributes and the vendors' words together."""

import textwrap
from dataclasses import dataclass, replace

from server.bpmn import languages
from server.bpmn.definition import AdHoc, Assign, Assignment, Call, Element, FormReference, Kind, Level
from server.bpmn.events import THROWN, Surroundings, read_triggers
from server.bpmn.extensions import NOTHING, CallWords, Extensions
from server.bpmn.items import read_data
from server.bpmn.loops import LOOPS, RESULT, read_loop
from server.bpmn.names import (
    ACTIVITIES,
    SUB_PROCESSES,
    Node,
    bpmn_children,
    child,
    content,
    documentation_of,
    flag,
    line_of,
    local,
)
from server.bpmn.people import read_assignment
from server.expressions.expression import Expression

EXECUTABLE = {kind.value: kind for kind in Kind}
# A task that stands by itself is one like any other inside the process that it is (BPMN 2.0.2, 10.3.7).
GLOBAL = {
    "globalTask": Kind.TASK,
    "globalUserTask": Kind.USER_TASK,
    "globalManualTask": Kind.MANUAL_TASK,
    "globalScriptTask": Kind.SCRIPT_TASK,
    "globalBusinessRuleTask": Kind.BUSINESS_RULE_TASK,
}
DECIDING = (Kind.BUSINESS_RULE_TASK, Kind.SERVICE_TASK)  # Flowable draws a decision as a service task


@dataclass(frozen=True)
class Connections:
    """The flows and boundary events that touch an element, which only its level knows."""

    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    undone_by: str | None = None


def read_element(node: Node, around: Surroundings, inner: Level | None, lane: str, connections: Connections) -> Element:
    """The element of a flow node. `inner` is what a sub-process holds, `lane` the name of the innermost lane."""
    name = local(node)
    kind = EXECUTABLE.get(name) or GLOBAL[name]
    words = around.words.get(node, NOTHING)
    identity = str(node.get("id"))
    held = frozenset(tag for tag, _ in bpmn_children(node))
    triggers = read_triggers(node, kind, around, words)
    carried = _carried(node, kind, around, words)
    thrown = kind in THROWN and bool(triggers) and not _is_work(carried)
    element = Element(
        id=identity,
        kind=kind,
        name=(node.get("name") or "").strip(),
        line=line_of(node),
        documentation=documentation_of(node) if "documentation" in held else "",
        lane=lane,
        incoming=connections.incoming,
        outgoing=connections.outgoing,
        boundaries=connections.boundaries,
        triggered_by_event=name in SUB_PROCESSES and flag(node, "triggeredByEvent"),
        for_compensation=name in ACTIVITIES and flag(node, "isForCompensation"),
        undone_by=connections.undone_by,
        default=around.references.bare(node.get("default")) or None,
        triggers=triggers,
        attached_to=around.references.bare(node.get("attachedToRef")) or None,
        interrupting=flag(node, "cancelActivity" if kind is Kind.BOUNDARY_EVENT else "isInterrupting", True),
        loop=read_loop(node, around, words) if held & LOOPS and name in ACTIVITIES else None,
        service=carried.expression,
        service_result=carried.result_variable if carried.expression is not None else None,
        connector=carried.connector,
        external=carried.external,
        listeners=words.listeners,
        call=_call(node, words) if kind is Kind.CALL_ACTIVITY else None,
        inner=inner,
        assignment=_assignment(node, kind, around, words, lane),
        form=words.form or (FormReference() if kind is Kind.USER_TASK else None),
        initiator_variable=words.initiator_variable,
        inputs=() if thrown else words.inputs,
        outputs=words.outputs + _result(node, around),
        retry_cycle=words.retry_cycle,
        asynchronous_before=words.asynchronous_before,
        asynchronous_after=words.asynchronous_after,
        concurrent=words.concurrent,
        job_priority=words.job_priority,
        properties=words.properties,
    )
    return _furnished(_scripted(element, node, around, words), node, around)


def _scripted(element: Element, node: Node, around: Surroundings, words: Extensions) -> Element:
    """With the script of a script task; a rule refuses the languages that are not spoken here."""
    if element.kind is not Kind.SCRIPT_TASK or element.external is not None:
        return element
    return replace(element, script=words.script or _script(node, around), script_result=words.result_variable)


def _is_work(words: Extensions) -> bool:
    """Whether something outside of the process does it."""
    return any(way is not None for way in (words.external, words.expression, words.connector))


def _carried(node: Node, kind: Kind, around: Surroundings, words: Extensions) -> Extensions:
    """The words about outside work: they stand at the activity, or at the message that an event throws."""
    for _, definition in bpmn_children(node) if kind in THROWN else ():
        inner = around.words.get(definition, NOTHING)
        if _is_work(inner):
            return inner
    return words


def _script(node: Node, around: Surroundings) -> Expression | None:
    body = child(node, "script")
    text = (body.text or "").strip("\r\n").rstrip() if body is not None else ""
    if body is None or not text.strip():
        text = "The script task has no script; write one or draw a plain task."
        around.findings.problem(node, text, code="script-missing")
        return None
    leading = len(body.text or "") - len((body.text or "").lstrip("\r\n"))
    line = line_of(body) + (body.text or "")[:leading].count("\n")
    return languages.script(textwrap.dedent(text), line, node.get("scriptFormat") or node.get("scriptLanguage"))


def _result(node: Node, around: Surroundings) -> tuple[Assign, ...]:
    """What each instance of a multi-instance gives to the list of results, where the model calculates it."""
    loop = child(node, "multiInstanceLoopCharacteristics")
    result = None if loop is None else around.words.get(loop, NOTHING).result
    return () if result is None else (Assign(RESULT, result),)


def _furnished(element: Element, node: Node, around: Surroundings) -> Element:
    """The element with what only some kinds have."""
    kind = element.kind
    return replace(
        element,
        parallel_multiple=flag(node, "parallelMultiple"),
        instantiate=kind in (Kind.RECEIVE_TASK, Kind.EVENT_BASED_GATEWAY) and flag(node, "instantiate"),
        parallel=node.get("eventGatewayType") == "Parallel",
        start_quantity=_quantity(node, "startQuantity"),
        completion_quantity=_quantity(node, "completionQuantity"),
        activation=_activation(node, around) if kind is Kind.COMPLEX_GATEWAY else None,
        ad_hoc=_ad_hoc(node, around) if kind is Kind.AD_HOC_SUB_PROCESS else None,
        decision=around.words.get(node, NOTHING).decision if kind in DECIDING else None,
        data=read_data(node, around) if local(node) not in GLOBAL else None,
    )


def _quantity(node: Node, name: str) -> int:
    """How many tokens an activity takes or gives (BPMN 2.0.2, 10.3.1); what is no number is refused elsewhere."""
    text = (node.get(name) or "1").strip()
    number = int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else 1
    return max(number, 1)


def _ad_hoc(node: Node, around: Surroundings) -> AdHoc:
    condition = child(node, "completionCondition")
    text = content(condition)
    completion = None
    if condition is not None and text:
        completion = languages.formula(text, line_of(condition), condition.get("language"), around.language)
    return AdHoc(node.get("ordering") == "Sequential", completion, flag(node, "cancelRemainingInstances", True))


def _activation(node: Node, around: Surroundings) -> Expression | None:
    condition = child(node, "activationCondition")
    text = content(condition)
    if condition is None or not text:
        return None
    return languages.formula(text, line_of(condition), condition.get("language"), around.language)


def _call(node: Node, words: Extensions) -> Call | None:
    text = (node.get("calledElement") or "").strip()
    added = words.call or CallWords()
    if not text and added.process_key is None:
        return None
    key = text.partition(":")[2] if ":" in text and text.partition(":")[0] in (node.nsmap or {}) else text
    return Call(
        added.process_key or languages.value(key, line_of(node)),
        added.binding,
        added.version,
        added.inputs,
        added.outputs,
        added.all_inputs,
        added.all_outputs,
        added.business_key,
    )


def _assignment(node: Node, kind: Kind, around: Surroundings, words: Extensions, lane: str) -> Assignment:
    """Who does it, or chooses what is done in it; where the model names nobody, the lane's name is the group."""
    if kind not in (Kind.USER_TASK, Kind.AD_HOC_SUB_PROCESS):
        return words.assignment or Assignment()
    found = read_assignment(node, around, words.assignment)
    nobody = found.assignee is None and not found.candidate_users and not found.candidate_groups
    if nobody and lane:
        return replace(found, candidate_groups=(Expression(lane, "text", line_of(node)),))
    return found
