"""Reads one flow node into an element: the standard's attributes and the vendors' words together."""

import textwrap
from dataclasses import dataclass, replace

from server.bpmn import languages
from server.bpmn.definition import Assignment, Call, Element, FormReference, Kind, Level
from server.bpmn.events import THROWN, Surroundings, read_triggers
from server.bpmn.extensions import NOTHING, CallWords, Extensions
from server.bpmn.loops import LOOPS, read_loop
from server.bpmn.names import ACTIVITIES, Node, bpmn_children, child, documentation_of, flag, line_of, local
from server.bpmn.people import read_assignment
from server.expressions.expression import Expression

EXECUTABLE = {kind.value: kind for kind in Kind}
# A kind that cannot be executed is kept as the nearest one that can, so that the rest of the file is still checked.
STANDS_FOR = {
    "transaction": Kind.SUB_PROCESS,
    "adHocSubProcess": Kind.SUB_PROCESS,
    "complexGateway": Kind.INCLUSIVE_GATEWAY,
    "businessRuleTask": Kind.TASK,
}


@dataclass(frozen=True)
class Connections:
    """The flows and boundary events that touch an element, which only its level knows."""

    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()


def read_element(node: Node, around: Surroundings, inner: Level | None, lane: str, connections: Connections) -> Element:
    """The element of a flow node. `inner` is what a sub-process holds, `lane` the name of the innermost lane."""
    name = local(node)
    kind = EXECUTABLE.get(name) or STANDS_FOR[name]
    words = around.words.get(node, NOTHING)
    identity = str(node.get("id"))
    held = frozenset(tag for tag, _ in bpmn_children(node))
    triggers = read_triggers(node, kind, around, words)
    thrown = kind in THROWN and bool(triggers) and words.connector is None
    return Element(
        id=identity,
        kind=kind,
        name=(node.get("name") or "").strip(),
        line=line_of(node),
        documentation=documentation_of(node) if "documentation" in held else "",
        lane=lane,
        incoming=connections.incoming,
        outgoing=connections.outgoing,
        boundaries=connections.boundaries,
        default=around.references.bare(node.get("default")) or None,
        triggers=triggers,
        attached_to=around.references.bare(node.get("attachedToRef")) or None,
        interrupting=flag(node, "cancelActivity" if kind is Kind.BOUNDARY_EVENT else "isInterrupting", True),
        loop=read_loop(node, around, words) if held & LOOPS and name in ACTIVITIES else None,
        script=_script(node, around) if kind is Kind.SCRIPT_TASK else None,
        script_result=words.result_variable if kind is Kind.SCRIPT_TASK else None,
        service=words.expression,
        service_result=words.result_variable if words.expression is not None else None,
        connector=words.connector,
        call=_call(node, words) if kind is Kind.CALL_ACTIVITY else None,
        inner=inner,
        assignment=_assignment(node, kind, around, words, lane),
        form=words.form or (FormReference() if kind is Kind.USER_TASK else None),
        initiator_variable=words.initiator_variable,
        inputs=() if thrown else words.inputs,
        outputs=words.outputs,
        retry_cycle=words.retry_cycle,
        asynchronous_before=words.asynchronous_before,
        asynchronous_after=words.asynchronous_after,
        properties=words.properties,
    )


def _script(node: Node, around: Surroundings) -> Expression | None:
    body = child(node, "script")
    text = (body.text or "").strip("\r\n").rstrip() if body is not None else ""
    if body is None or not text.strip():
        around.findings.problem(node, "The script task has no script; write one or draw a plain task.")
        return None
    leading = len(body.text or "") - len((body.text or "").lstrip("\r\n"))
    line = line_of(body) + (body.text or "")[:leading].count("\n")
    return languages.script(textwrap.dedent(text), line, node.get("scriptFormat") or around.language)


def _call(node: Node, words: Extensions) -> Call | None:
    text = (node.get("calledElement") or "").strip()
    if not text:
        return None
    key = text.partition(":")[2] if ":" in text and text.partition(":")[0] in (node.nsmap or {}) else text
    added = words.call or CallWords()
    return Call(
        languages.value(key, line_of(node)),
        added.binding,
        added.version,
        added.inputs,
        added.outputs,
        added.all_inputs,
        added.all_outputs,
        added.business_key,
    )


def _assignment(node: Node, kind: Kind, around: Surroundings, words: Extensions, lane: str) -> Assignment:
    """Who does it; where the model names nobody, the lane's name is the group."""
    if kind is not Kind.USER_TASK:
        return words.assignment or Assignment()
    found = read_assignment(node, around, words.assignment)
    nobody = found.assignee is None and not found.candidate_users and not found.candidate_groups
    if nobody and lane:
        return replace(found, candidate_groups=(Expression(lane, "text", line_of(node)),))
    return found
