"""What has to be known to make a decision, and how what a person writes becomes a value: for trying a decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server import expressions
from server.dmn import texts
from server.dmn.cells import Equal, read_cell
from server.dmn.contents import literals_of
from server.dmn.decision import Decision, Input, InputData, ItemDefinition, Knowledge, Literal, Table
from server.dmn.languages import FEEL
from server.dmn.links import Element, Place
from server.dmn.prepared import Prepared
from server.errors import Failure, Invalid, Problem
from server.expressions import Expression
from server.expressions.feel import parse_expression, parse_unary_tests
from server.expressions.feel.written import read_number
from server.expressions.wording import excerpt
from server.sentences import say

MOST = 60
_KINDS = {"integer": "number", "long": "number", "double": "number", "any": "", "Any": ""}


@dataclass(frozen=True)
class Question:
    """A value that a decision looks at. `kind` is a built-in type or ""; `choices` are all the texts it may be."""

    name: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()


def questions(prepared: Prepared, key: str) -> tuple[Question, ...]:
    """What the decision *key*, and all that it requires, looks at and does not compute, each once."""
    place = prepared.find(key)
    found: dict[str, Question] = {}
    required = list(_required(prepared, place)) if place is not None else []
    columns = {
        column.expression.text: column
        for element in reversed(required)
        if isinstance(element, Decision) and isinstance(element.logic, Table)
        for column in element.logic.inputs
    }
    for element in required:
        if isinstance(element, InputData):
            found[element.name] = _of_input(prepared, element, columns.get(element.name))
        elif isinstance(element, Decision):
            for question in _of_decision(prepared, element):
                found.setdefault(question.name, question)
    return tuple(found.values())[:MOST]


def _required(prepared: Prepared, place: Place) -> Iterator[Element]:
    """The element and what it requires, each once, input data first."""
    seen: dict[Place, Element] = {}
    waiting = [place]
    while waiting:
        current = waiting.pop(0)
        if current not in seen:
            seen[current] = prepared.links.elements[current]
            waiting += [link.place for link in prepared.ready[current].links]
    yield from (each for each in seen.values() if isinstance(each, InputData))
    yield from (each for each in seen.values() if not isinstance(each, InputData))


def _of_input(prepared: Prepared, element: InputData, column: Input | None) -> Question:
    """An input; the column of a table that looks at it knows best what people call it and what it may be."""
    definition = next((each for each in prepared.model.types if each.name == element.type_ref), None)
    choices = (_texts(column.allowed) if column else ()) or _choices(definition)
    return Question(
        element.name, column.label if column else element.name, _kind(element.type_ref, definition), choices
    )


def _of_decision(prepared: Prepared, element: Decision) -> Iterator[Question]:
    """The variables that its texts read, as far as nothing in the file gives them."""
    known = _given_in(prepared)
    columns = element.logic.inputs if isinstance(element.logic, Table) else ()
    own = {each.expression.text: each for each in columns}
    for literal, local in literals_of(element.logic):
        for name in sorted(_names(literal)):
            if name in known or name in local or name == "?":
                continue
            column = own.get(name)
            if column is None:
                yield Question(name, name, "")
                continue
            definition = next((e for e in prepared.model.types if e.name == column.expression.type_ref), None)
            choices = _texts(column.allowed) or _choices(definition)
            yield Question(name, column.label or name, _kind(column.expression.type_ref, definition), choices)


def _given_in(prepared: Prepared) -> set[str]:
    known: set[str] = set()
    for element in prepared.links.elements.values():
        known |= {element.name, element.id}
        if isinstance(element, (Decision, Knowledge)):
            known.add(element.variable.name)
        if isinstance(element, Decision) and isinstance(element.logic, Table):
            known |= {each.name for each in element.logic.outputs if each.name}
    return known | {each.name for each in prepared.model.imports}


def _names(literal: Literal) -> frozenset[str]:
    """The names that a text reads, be it an expression or the tests of a cell."""
    if literal.language != FEEL:
        try:
            return expressions.parse(Expression(literal.text, literal.language)).names
        except Invalid:
            return frozenset()
    if read_cell(literal.text, texts.constant) is not None:
        return frozenset()
    try:
        return parse_expression(literal.text).names
    except Invalid:
        try:
            return parse_unary_tests(literal.text).names
        except Invalid:
            return frozenset()


def _kind(type_ref: str | None, definition: ItemDefinition | None) -> str:
    if definition is not None:
        return (
            ""
            if definition.is_list or definition.components
            else _KINDS.get(definition.type_ref or "", definition.type_ref or "")
        )
    return _KINDS.get(type_ref or "", type_ref or "")


def _choices(definition: ItemDefinition | None) -> tuple[str, ...]:
    return _texts(definition.allowed) if definition is not None and not definition.is_list else ()


def _texts(allowed: Literal | None) -> tuple[str, ...]:
    """The texts among which a value has to be, if that is all the tests say."""
    tests = read_cell(allowed.text, texts.constant) if allowed is not None else None
    values = [test.value for test in tests or () if isinstance(test, Equal)]
    whole = bool(tests) and len(values) == len(tests or ()) and all(isinstance(value, str) for value in values)
    return tuple(str(value) for value in values) if whole else ()


def answers(asked: tuple[Question, ...], given: Mapping[str, str]) -> dict[str, Any]:
    """The values that were written down. Raises Invalid with a problem for each that is not of its kind."""
    found: dict[str, Any] = {}
    problems = []
    for question in asked:
        try:
            found[question.name] = _answer(question, given.get(question.name, "").strip())
        except Invalid as error:
            problems.append(Problem(error.message, question.name))
    if problems:
        raise Invalid(say("Some values cannot be used."), problems)
    return found


def _answer(question: Question, text: str) -> Any:
    if not text or text == "null":
        return None
    if question.kind == "string" or question.choices:
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if question.kind == "number":
        number = read_number(text)
        if number is None:
            raise Invalid(say("%(label)s: %(text)s is not a number.", label=question.label, text=excerpt(text)))
        return number
    if question.kind == "boolean":
        if text not in ("true", "false"):
            raise Invalid(say("%(label)s: %(text)s is neither true nor false.", label=question.label, text=text))
        return text == "true"
    return _spelled(question, text)


def _spelled(question: Question, text: str) -> Any:
    """A date or duration as it is; anything else as FEEL has it, and what is no FEEL is a text."""
    value = texts.constant(f'@"{text}"') if '"' not in text else None
    if value is not None:
        return value
    try:
        expression = parse_expression(text)
        if expression.names:
            return text
        return expression.evaluate({})
    except Invalid:
        return text
    except Failure as failure:
        raise Invalid(say("%(label)s: %(failure)s.", label=question.label, failure=failure)) from None
