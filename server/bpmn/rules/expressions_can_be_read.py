"""Every expression and script of the model is understood when it is deployed, not when somebody waits for it."""

from collections.abc import Iterator

from server.bpmn.definition import Assign, Element
from server.bpmn.subject import Subject
from server.errors import Invalid, Problem
from server.expressions import parse, parse_script
from server.expressions.expression import Expression

EXECUTABLE = frozenset(("python", "juel", "text", "variable"))


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        for expression in _expressions(element):
            yield from _read(expression, element.id, False)
        if element.script is not None:
            yield from _read(element.script, element.id, element.script_result is None)
    for level in subject.levels:
        for flow in level.flows.values():
            if flow.condition is not None and flow.source in subject.reachable:
                yield from _read(flow.condition, flow.id, False)


def _read(expression: Expression, element: str, is_script: bool) -> Iterator[Problem]:
    if expression.language in ("text", "variable"):
        return
    if expression.language == "feel":
        text = f"FEEL cannot be evaluated here: {_short(expression.text)}; write it as ${{...}} or in Python."
        yield Problem(text, element, expression.line)
    elif expression.language not in EXECUTABLE:
        text = f"The language {expression.language} cannot be run here; write it in Python."
        yield Problem(text, element, expression.line)
    else:
        try:
            if is_script and expression.language == "python":
                parse_script(expression)
            else:
                parse(expression)
        except Invalid as error:
            lines = [problem.line for problem in error.problems if problem.line]
            yield Problem(error.message, element, lines[0] if lines else expression.line)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _expressions(element: Element) -> Iterator[Expression]:
    """All expressions of an element but scripts and timers, which have rules of their own."""
    for trigger in element.triggers:
        yield from filter(None, (trigger.name, trigger.correlation_key))
        yield from _sources(trigger.payload)
    if element.loop is not None:
        loop = element.loop
        yield from filter(None, (loop.cardinality, loop.collection, loop.completion_condition, loop.loop_condition))
    if element.service is not None:
        yield element.service
    yield from _sources(element.inputs + element.outputs)
    if element.connector is not None:
        yield from _sources(element.connector.inputs + element.connector.outputs)
    if element.call is not None:
        yield from filter(None, (element.call.process_key, element.call.version, element.call.business_key))
        yield from _sources(element.call.inputs + element.call.outputs)
    assignment = element.assignment
    yield from filter(None, (assignment.assignee, assignment.due, assignment.follow_up, assignment.priority))
    yield from assignment.candidate_users + assignment.candidate_groups + assignment.excluded_users
    if element.form is not None:
        yield from filter(None, (field.default for field in element.form.fields))


def _sources(assigns: tuple[Assign, ...]) -> Iterator[Expression]:
    for assign in assigns:
        yield assign.source
