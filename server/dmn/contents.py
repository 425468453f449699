"""What is within the expressions of a file, however deep: names, texts, tables."""

from collections.abc import Iterator

from server.dmn.decision import (
    Conditional,
    Context,
    Decision,
    Filter,
    Function,
    Invocation,
    ItemDefinition,
    Items,
    Iteration,
    Knowledge,
    Literal,
    Logic,
    Model,
    Relation,
    Table,
)
from server.dmn.links import elements_of, variable_name


def parts_of(model: Model) -> Iterator[str]:
    """Names that may follow a dot: components of types, entries of contexts, outputs and columns."""
    for definition in model.types:
        yield from _components(definition)
    for element in elements_of(model):
        yield variable_name(element)
        if isinstance(element, (Decision, Knowledge)):
            yield from _inner_names(element.logic)


def texts_of(model: Model) -> Iterator[str]:
    """Every name and every text of a file."""
    yield from (each.name for each in model.imports)
    for element in elements_of(model):
        yield element.name
        if isinstance(element, (Decision, Knowledge)):
            yield from (literal.text for literal, _ in literals_of(element.logic))


def _components(definition: ItemDefinition) -> Iterator[str]:
    for inner in definition.components:
        yield inner.name
        yield from _components(inner)


def _inner_names(logic: Logic | None) -> Iterator[str]:
    match logic:
        case Context(entries=entries) | Invocation(bindings=entries):
            for entry in entries:
                if entry.variable is not None and isinstance(logic, Context):
                    yield entry.variable.name
                yield from _inner_names(entry.value)
        case Relation(columns=columns):
            yield from (column.name for column in columns)
        case Table(outputs=outputs):
            yield from (output.name for output in outputs if output.name)
        case Function(body=body) | Iteration(body=body):
            yield from _inner_names(body)
        case _:
            return


def literals_of(logic: Logic | None, local: frozenset[str] = frozenset()) -> Iterator[tuple[Literal, frozenset[str]]]:
    """Every text of an expression, with the names that are bound around it."""
    match logic:
        case Literal():
            yield logic, local
        case Table():
            named = local | {each.variable for each in logic.inputs if each.variable}
            for column in logic.inputs:
                yield column.expression, local
            for output in logic.outputs:
                if output.default is not None:
                    yield output.default, local
            for rule in logic.rules:
                for literal in (*rule.tests, *rule.outputs):
                    yield literal, named
        case Context(entries=entries) | Invocation(bindings=entries):
            bound = local | {each.variable.name for each in entries if each.variable}
            for entry in entries:
                yield from literals_of(entry.value, bound if isinstance(logic, Context) else local)
            if isinstance(logic, Invocation):
                yield from literals_of(logic.called, local)
        case Function():
            yield from literals_of(logic.body, local | {each.name for each in logic.parameters})
        case Iteration():
            yield from literals_of(logic.source, local)
            yield from literals_of(logic.body, local | {logic.variable, "partial"})
        case _:
            for inner in _inner(logic):
                yield from literals_of(inner, local | {"item"})


def _inner(logic: Logic | None) -> tuple[Logic | None, ...]:
    match logic:
        case Relation():
            return tuple(cell for row in logic.rows for cell in row)
        case Items():
            return logic.items
        case Conditional():
            return (logic.condition, logic.then, logic.otherwise)
        case Filter():
            return (logic.source, logic.match)
    return ()


def tables_of(logic: Logic | None) -> Iterator[Table]:
    """Every decision table within an expression."""
    match logic:
        case Table():
            yield logic
        case Context(entries=entries):
            for entry in entries:
                yield from tables_of(entry.value)
        case Function() | Iteration():
            yield from tables_of(logic.body)
        case _:
            for inner in _inner(logic):
                yield from tables_of(inner)
