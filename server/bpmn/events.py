"""Reads the triggers of events and message tasks (BPMN 2.0.2, 10.5.5)."""

from dataclasses import dataclass

from server.bpmn import languages
from server.bpmn.definition import Assign, Kind, Trigger
from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.lineage.habits import is_of_family
from server.bpmn.messages import Messages
from server.bpmn.names import ACTIVITIES, Node, bpmn_children, child, content, flag, line_of, local
from server.bpmn.references import References
from server.bpmn.timers import read_timer
from server.expressions.expression import Expression

SUFFIX = "EventDefinition"
KINDS = (
    "message",
    "timer",
    "signal",
    "error",
    "escalation",
    "terminate",
    "cancel",
    "compensate",
    "conditional",
    "link",
)
CODES = {"error": "errorCode", "escalation": "escalationCode"}
NEEDS_ONE = frozenset((Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT))
THROWN = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.SEND_TASK))


@dataclass(frozen=True)
class Surroundings:
    """What the reading of one element needs besides its node."""

    references: References
    findings: Findings
    words: dict[Node, Extensions]  # by node; nodes of which no vendor says anything are missing
    language: str | None  # of what neither states a language nor shows one: `languages.throughout`
    messages: Messages


def read_triggers(node: Node, kind: Kind, around: Surroundings, words: Extensions) -> tuple[Trigger, ...]:
    """Every event definition of an event, or the message of a send or receive task."""
    if kind in (Kind.SEND_TASK, Kind.RECEIVE_TASK):
        of_task = _message_of_task(node, kind, around, words)
        return tuple(around.messages.completed(trigger, node) for trigger in of_task)
    found = event_definitions(node, around)
    if not found and kind in NEEDS_ONE and not _names_any(node):
        text = "The event needs a trigger; choose message, timer, signal or another one."
        around.findings.problem(node, text, code="trigger-missing")
    triggers = (_read_trigger(definition, kind in THROWN, around, words) for definition in found)
    return tuple(around.messages.completed(trigger, node) for trigger in triggers)


def event_definitions(node: Node, around: Surroundings) -> list[Node]:
    """The event definitions in an event, and those it refers to (BPMN 2.0.2, 10.5.5)."""
    found = []
    for name, inner in bpmn_children(node):
        definition: Node | None = inner
        if name == "eventDefinitionRef":
            definition = around.references.find(node, content(inner), tuple(kind + SUFFIX for kind in KINDS))
        elif not name.endswith(SUFFIX):
            continue
        if definition is not None and local(definition).removesuffix(SUFFIX) in KINDS:
            found.append(definition)
    return found


def _names_any(node: Node) -> bool:
    """It has a trigger, though perhaps none that can be read; then that has been said."""
    return any(name.startswith("eventDefinition") or name.endswith(SUFFIX) for name, _ in bpmn_children(node))


def read_thrown(definition: Node, around: Surroundings) -> Trigger:
    """A trigger that something else than an event throws."""
    return _read_trigger(definition, True, around, Extensions())


def _message_of_task(node: Node, kind: Kind, around: Surroundings, words: Extensions) -> tuple[Trigger, ...]:
    message = around.references.find(node, node.get("messageRef"), ("message",))
    name = (around.messages.name_at(node) or words.message_name) if message is None else _name(message, "name")
    if message is None and name is None:
        return ()
    return (
        Trigger(
            "message",
            name,
            None if message is None else message.get("id"),
            correlation_key=_correlation(node, words, message, around),
            time_to_live=words.time_to_live,
            payload=words.inputs if kind in THROWN and words.connector is None else (),
            line=line_of(node),
        ),
    )


def _read_trigger(definition: Node, thrown: bool, around: Surroundings, words: Extensions) -> Trigger:
    kind = local(definition).removesuffix(SUFFIX)
    inner = around.words.get(definition, Extensions())
    if kind == "timer":
        return read_timer(definition, around.findings, around.language)
    if kind == "conditional":
        return _conditional(definition, around)
    if kind == "link":
        return Trigger(kind, _name(definition, "name"), line=line_of(definition))
    if kind == "compensate":
        return _compensation(definition, around)
    reference = None
    name = None
    target = None
    if inner.error_code is not None:
        name = inner.error_code
    elif kind not in ("terminate", "cancel"):
        target = around.references.find(definition, definition.get(kind + "Ref"), (kind,))
    if target is not None:
        reference = target.get("id")
        name = _name(target, CODES.get(kind, "name"))
        if name is None and kind in CODES:
            _tell_missing_code(target, kind, thrown, around.findings)
    return Trigger(
        kind,
        name,
        reference,
        correlation_key=_correlation(definition, words, target, around) if kind == "message" else None,
        time_to_live=words.time_to_live if kind == "message" else None,
        payload=_payload(inner, words) if thrown else (),
        all_variables=thrown and inner.call is not None and inner.call.all_inputs,
        code_variable=inner.code_variable,
        message_variable=inner.message_variable,
        line=line_of(definition),
    )


def _tell_missing_code(target: Node, kind: str, thrown: bool, findings: Findings) -> None:
    """Without a code nothing can be thrown; what catches it catches all of its kind in the Camunda family."""
    text = f'The {kind} "{target.get("id")}" has no {CODES[kind]}; give it one.'
    if thrown or not is_of_family(target):
        findings.problem(target, text, code="code-missing")
    else:
        findings.warning(target, f"{text} Until then every {kind} is caught.", "code-missing")


def _compensation(definition: Node, around: Surroundings) -> Trigger:
    target = around.references.find(definition, definition.get("activityRef"), tuple(sorted(ACTIVITIES)))
    waits = flag(definition, "waitForCompletion", True)
    reference = None if target is None else target.get("id")
    return Trigger("compensation", reference=reference, waits=waits, line=line_of(definition))


def _payload(inner: Extensions, words: Extensions) -> tuple[Assign, ...]:
    return (inner.call.inputs if inner.call is not None else ()) + words.inputs


def _conditional(definition: Node, around: Surroundings) -> Trigger:
    node = child(definition, "condition")
    text = content(node)
    if node is None or not text:
        problem = "The conditional event has no condition; write one, such as amount > 100."
        around.findings.problem(definition, problem, code="condition-missing")
        return Trigger("conditional", line=line_of(definition))
    condition = languages.formula(text, line_of(node), node.get("language"), around.language)
    return Trigger("conditional", condition=condition, line=line_of(definition))


def _name(target: Node, attribute: str) -> Expression | None:
    text = (target.get(attribute) or "").strip()
    return languages.value(text, line_of(target)) if text else None


def _correlation(node: Node, words: Extensions, message: Node | None, around: Surroundings) -> Expression | None:
    """The key that the event says, else the one that its message says."""
    said = words.correlation_key or (
        None if message is None else around.words.get(message, Extensions()).correlation_key
    )
    if said is not None:
        return said
    text = words.properties.get("correlationKey", "").strip()
    return languages.value(text, line_of(node)) if text else None
