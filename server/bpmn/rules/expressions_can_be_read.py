"""Every expression and script of the model is understood when it is deployed, not when somebody waits for it."""

from collections.abc import Iterator

from server.bpmn.definition import Assign, Element, Items
from server.bpmn.subject import Subject
from server.errors import Invalid, Problem
from server.expressions import parse, parse_script
from server.expressions.expression import Expression
from server.expressions.languages import LANGUAGES


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        for expression in _expressions(element):
            yield from _read(expression, element.id, False)
        for listener in element.listeners:
            if listener.script is not None:
                yield from _read(listener.script, element.id, True)
        if element.script is not None:
            yield from _read(element.script, element.id, element.script_result is None)
    for level in subject.levels:
        for listener in level.listeners:
            if listener.expression is not None:
                yield from _read(listener.expression, level.id, False)
            if listener.script is not None:
                yield from _read(listener.script, level.id, True)
        for flow in level.flows.values():
            for listener in flow.listeners:
                if listener.expression is not None:
                    yield from _read(listener.expression, flow.id, False)
                if listener.script is not None:
                    yield from _read(listener.script, flow.id, True)
            if flow.condition is not None and flow.source in subject.reachable:
                yield from _read(flow.condition, flow.id, False)


def _read(expression: Expression, element: str, is_script: bool) -> Iterator[Problem]:
    if expression.language in ("text", "variable"):
        return
    is_code = is_script and (expression.language == "python" or expression.language not in LANGUAGES)
    try:
        if is_code:
            parse_script(expression)
        else:
            parse(expression)
    except Invalid as error:
        lines = [problem.line for problem in error.problems if problem.line]
        codes = [problem.code for problem in error.problems if problem.code]
        code = codes[0] if codes else "feel" if expression.language == "feel" else "expression-unreadable"
        yield Problem(error.message, element, lines[0] if lines else expression.line, code=code)


def _expressions(element: Element) -> Iterator[Expression]:
    """All expressions of an element but scripts and timers, which have rules of their own."""
    for trigger in element.triggers:
        yield from filter(None, (trigger.name, trigger.correlation_key, trigger.time_to_live, trigger.condition))
        yield from _sources(trigger.payload)
        yield from (each.source for each in trigger.correlation + trigger.subscribed)
    if element.loop is not None:
        loop = element.loop
        yield from filter(None, (loop.cardinality, loop.collection, loop.completion_condition, loop.loop_condition))
        for thrown in loop.throws:
            yield from filter(None, (thrown.condition, *(trigger.name for trigger in thrown.triggers)))
    if element.service is not None:
        yield element.service
    yield from _of_workers(element)
    if element.data is not None:
        yield from _carried(element.data)
    if element.decision is not None:
        yield from filter(None, (element.decision.key, element.decision.version))
    if element.ad_hoc is not None and element.ad_hoc.completion is not None:
        yield element.ad_hoc.completion
    if element.activation is not None:
        yield element.activation
    yield from _sources(element.inputs + element.outputs)
    if element.connector is not None:
        yield from _sources(element.connector.inputs + element.connector.outputs)
        yield from (error.condition for error in element.connector.errors)
    if element.call is not None:
        yield from filter(None, (element.call.process_key, element.call.version, element.call.business_key))
        yield from _sources(element.call.inputs + element.call.outputs)
    assignment = element.assignment
    yield from filter(None, (assignment.assignee, assignment.due, assignment.follow_up, assignment.priority))
    yield from filter(None, (element.job_priority,))
    yield from assignment.candidate_users + assignment.candidate_groups + assignment.excluded_users
    if element.form is not None:
        yield from filter(None, (field.default for field in element.form.fields))


def _of_workers(element: Element) -> Iterator[Expression]:
    """What workers are told, and what listeners are."""
    listened = [each for each in (listener.work for listener in element.listeners) if each is not None]
    for work in listened if element.external is None else [element.external, *listened]:
        yield work.topic
        yield from filter(None, (work.priority, *(value for _, value in work.headers)))
        yield from (error.condition for error in work.errors)
    yield from (listener.expression for listener in element.listeners if listener.expression is not None)


def _carried(data: Items) -> Iterator[Expression]:
    for association in data.before + data.after:
        if association.transformation is not None:
            yield association.transformation
        yield from _sources(association.assignments)


def _sources(assigns: tuple[Assign, ...]) -> Iterator[Expression]:
    for assign in assigns:
        yield assign.source
