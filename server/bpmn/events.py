"""Reads the triggers of events and message tasks (BPMN 2.0.2, 10.5.5)."""

from dataclasses import dataclass

from server.bpmn import languages
from server.bpmn.definition import Assign, Kind, Trigger
from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.names import Node, bpmn_children, child, content, line_of, local
from server.bpmn.references import References
from server.expressions.expression import Expression

SUFFIX = "EventDefinition"
KINDS = ("message", "timer", "signal", "error", "escalation", "terminate")
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
CODES = {"error": "errorCode", "escalation": "escalationCode"}
NEEDS_ONE = frozenset((Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT))
THROWN = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.SEND_TASK))


@dataclass(frozen=True)
class Surroundings:
    """What the reading of one element needs besides its node."""

    references: References
    findings: Findings
    words: dict[Node, Extensions]  # by node; nodes of which no vendor says anything are missing
    language: str | None  # the expression language that the file states for itself


def read_triggers(node: Node, kind: Kind, around: Surroundings, words: Extensions) -> tuple[Trigger, ...]:
    """Every event definition of an event, or the message of a send or receive task."""
    if kind in (Kind.SEND_TASK, Kind.RECEIVE_TASK):
        return _message_of_task(node, kind, around, words)
    found: list[Trigger] = []
    written = 0
    for name, inner in bpmn_children(node):
        definition: Node | None = inner
        written += name.startswith("eventDefinition") or name.endswith(SUFFIX)
        if name == "eventDefinitionRef":
            tags = tuple(kind + SUFFIX for kind in KINDS)
            definition = around.references.find(node, content(inner), tags)
        elif not name.endswith(SUFFIX):
            continue
        if definition is not None and local(definition).removesuffix(SUFFIX) in KINDS:
            found.append(_read_trigger(definition, kind in THROWN, around, words))
    if not written and kind in NEEDS_ONE:
        around.findings.problem(node, "The event needs a trigger; choose message, timer, signal or another one.")
    if written > 1:
        around.findings.problem(node, "An event with several triggers cannot be executed; draw one event for each.")
    return tuple(found)


def _message_of_task(node: Node, kind: Kind, around: Surroundings, words: Extensions) -> tuple[Trigger, ...]:
    message = around.references.find(node, node.get("messageRef"), ("message",))
    if message is None:
        return ()
    return (
        Trigger(
            "message",
            _name(message, "name"),
            message.get("id"),
            correlation_key=_correlation(node, words),
            payload=words.inputs if kind in THROWN and words.connector is None else (),
            line=line_of(node),
        ),
    )


def _read_trigger(definition: Node, thrown: bool, around: Surroundings, words: Extensions) -> Trigger:
    kind = local(definition).removesuffix(SUFFIX)
    inner = around.words.get(definition, Extensions())
    if kind == "timer":
        return _timer(definition, around)
    reference = None
    name = None
    target = None
    if kind != "terminate":
        target = around.references.find(definition, definition.get(kind + "Ref"), (kind,))
    if target is not None:
        reference = target.get("id")
        name = _name(target, CODES.get(kind, "name"))
        if name is None and kind in CODES:
            attribute = CODES[kind]
            around.findings.problem(target, f'The {kind} "{reference}" has no {attribute}; give it one.')
    return Trigger(
        kind,
        name,
        reference,
        correlation_key=_correlation(definition, words) if kind == "message" else None,
        payload=_payload(inner, words) if thrown else (),
        all_variables=thrown and inner.call is not None and inner.call.all_inputs,
        code_variable=inner.code_variable,
        message_variable=inner.message_variable,
        line=line_of(definition),
    )


def _payload(inner: Extensions, words: Extensions) -> tuple[Assign, ...]:
    return (inner.call.inputs if inner.call is not None else ()) + words.inputs


def _timer(definition: Node, around: Surroundings) -> Trigger:
    forms = [(form, found) for name, form in TIMERS.items() if (found := child(definition, name)) is not None]
    if len(forms) > 1:
        text = "A timer has one of date, duration and cycle, not several; delete all but one."
        around.findings.problem(definition, text)
    written = [(form, found) for form, found in forms if content(found)]
    if not written:
        text = "The timer has no time; give it a date, a duration such as PT2H or a cycle such as R3/PT10M."
        around.findings.problem(definition, text)
        return Trigger("timer", line=line_of(definition))
    form, found = written[0]
    language = found.get("language") or (around.language if around.language == "feel" else None)
    timer = languages.timer(content(found), line_of(found), language)
    return Trigger("timer", timer_form=form, timer=timer, line=line_of(definition))


def _name(target: Node, attribute: str) -> Expression | None:
    text = (target.get(attribute) or "").strip()
    return languages.value(text, line_of(target)) if text else None


def _correlation(node: Node, words: Extensions) -> Expression | None:
    text = words.properties.get("correlationKey", "").strip()
    return languages.value(text, line_of(node)) if text else None
