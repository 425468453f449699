"""Makes closures of boxed expressions (DMN 1.5, 10.2.2): a model is understood once and decided with many times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from server.dmn.decision import (
    Conditional,
    Context,
    Entry,
    Filter,
    Function,
    Invocation,
    Items,
    Iteration,
    Literal,
    Logic,
    Parameter,
    Relation,
    Table,
)
from server.dmn.matching import prepare_table
from server.dmn.run import Run
from server.dmn.surroundings import Scope, Step, Surroundings, converted
from server.dmn.types import Misfit, Type, fitted
from server.expressions.feel.calling import call_named
from server.expressions.feel.values import FeelFunction, shown

Turn = Callable[[list[Any], str, Step, Scope, Run], Any]


def prepare(logic: Logic | None, around: Surroundings) -> Step:
    """The closure of an expression; its value is one of its stated type, or null."""
    if logic is None:
        return _null
    step = _PREPARERS[type(logic)](logic, around)
    kind = around.type_of(logic.type_ref)
    if kind is None or isinstance(logic, (Function, Table)):
        return step
    return converted(step, kind, logic.line)


def _null(scope: Scope, run: Run) -> Any:
    return None


def _literal(literal: Literal, around: Surroundings) -> Step:
    return around.expression(literal)


def _table(table: Table, around: Surroundings) -> Step:
    return prepare_table(table, around)


def _context(context: Context, around: Surroundings) -> Step:
    """Entries see those before them; an entry without a name is what the whole context gives (10.3.2.7)."""
    entries: list[tuple[str | None, Step]] = []
    for entry in context.entries:
        entries.append((entry.variable.name if entry.variable else None, _entry(entry, around)))
        if entry.variable is not None:
            around = around.with_names([entry.variable.name])

    def build(scope: Scope, run: Run) -> Any:
        inner = dict(scope)
        built: dict[str, Any] = {}
        for name, step in entries:
            value = step(inner, run)
            if name is None:
                return value
            inner[name] = built[name] = value
        return built

    return build


def _entry(entry: Entry, around: Surroundings) -> Step:
    step = prepare(_named(entry), around)
    kind = around.type_of(entry.variable.type_ref) if entry.variable else None
    line = entry.value.line if entry.value else 0
    return converted(step, kind, line) if kind is not None and not isinstance(entry.value, Function) else step


def _named(entry: Entry) -> Logic | None:
    """A table without a name of its own is told about under the name of its entry."""
    if isinstance(entry.value, Table) and entry.variable is not None and entry.value.id is None:
        return replace(entry.value, id=entry.variable.name)
    return entry.value


def _items(items: Items, around: Surroundings) -> Step:
    steps = [prepare(item, around) for item in items.items]
    return lambda scope, run: [step(scope, run) for step in steps]


def _relation(relation: Relation, around: Surroundings) -> Step:
    rows = [
        [(column.name, _cell(cell, column, around)) for column, cell in zip(relation.columns, row, strict=False)]
        for row in relation.rows
    ]
    return lambda scope, run: [{name: step(scope, run) for name, step in row} for row in rows]


def _cell(cell: Logic | None, column: Parameter, around: Surroundings) -> Step:
    kind = around.type_of(column.type_ref)
    step = prepare(cell, around)
    return converted(step, kind, cell.line if cell else 0) if kind is not None else step


def _conditional(conditional: Conditional, around: Surroundings) -> Step:
    condition = prepare(conditional.condition, around)
    then, otherwise = prepare(conditional.then, around), prepare(conditional.otherwise, around)

    def choose(scope: Scope, run: Run) -> Any:
        """Null takes the else branch as false does; anything else decides nothing."""
        answer = condition(scope, run)
        if answer is not None and not isinstance(answer, bool):
            return run.note("the condition is neither true nor false", conditional.line)
        return (then if answer else otherwise)(scope, run)

    return choose


def _filter(boxed: Filter, around: Surroundings) -> Step:
    source = prepare(boxed.source, around)
    match = prepare(boxed.match, around.with_names(["item"]))

    def keep(scope: Scope, run: Run) -> Any:
        items = source(scope, run)
        if items is None:
            return []
        kept = []
        for item in items if isinstance(items, list) else [items]:
            run.feel.tick()
            inner = {**scope, **item} if isinstance(item, Mapping) else dict(scope)
            if match({**inner, "item": item}, run) is True:
                kept.append(item)
        return kept

    return keep


def _iteration(iteration: Iteration, around: Surroundings) -> Step:
    source = prepare(iteration.source, around)
    names = [iteration.variable, "partial"] if iteration.kind == "for" else [iteration.variable]
    body = prepare(iteration.body, around.with_names(names))
    turn: Turn = _return if iteration.kind == "for" else partial(_quantify, iteration.kind == "some")

    def go(scope: Scope, run: Run) -> Any:
        items = source(scope, run)
        if items is None:
            run.note(f"the {iteration.kind} has nothing to go through: its list is null", iteration.line)
            return None
        return turn(items if isinstance(items, list) else [items], iteration.variable, body, scope, run)

    return go


def _return(items: list[Any], name: str, body: Step, scope: Scope, run: Run) -> Any:
    found: list[Any] = []
    for item in items:
        run.feel.tick()
        found.append(body({**scope, name: item, "partial": found}, run))
    return found


def _quantify(wanted: bool, items: list[Any], name: str, body: Step, scope: Scope, run: Run) -> Any:
    """One true decides "some", one false "every"; what is neither makes the whole undecided."""
    found = not wanted
    for item in items:
        run.feel.tick()
        answer = body({**scope, name: item}, run)
        if not isinstance(answer, bool):
            return run.note(f"for {name} = {shown(item, True)} it is neither true nor false whether it is satisfied")
        found = wanted if answer is wanted else found
    return found


def _function(function: Function, around: Surroundings) -> Step:
    signature = Signature(
        tuple(parameter.name for parameter in function.parameters),
        tuple(around.type_of(parameter.type_ref) for parameter in function.parameters),
    )
    body = prepare_body(function, around)
    return lambda scope, run: function_value("function", signature, lambda given: body({**scope, **given}, run), run)


def prepare_body(function: Function, around: Surroundings) -> Step:
    """What a function does, with its parameters in scope."""
    if function.kind != "FEEL":
        told = f"a function of the kind {function.kind} is not run here; write it in FEEL"
        return lambda scope, run: run.note(told, function.line)
    return prepare(function.body, around.with_names([parameter.name for parameter in function.parameters]))


@dataclass(frozen=True)
class Signature:
    """The parameters of a function and the types of their values, None where any value will do."""

    names: tuple[str, ...]
    types: tuple[Type | None, ...]


def function_value(name: str, signature: Signature, call: Callable[[dict[str, Any]], Any], run: Run) -> FeelFunction:
    """A function that FEEL can call; an argument of another type makes the result null, and *call* is not reached."""

    def invoke(feel_run: Any, values: tuple[Any, ...]) -> Any:
        given = {}
        for parameter, kind, value in zip(signature.names, signature.types, values, strict=True):
            try:
                given[parameter] = value if kind is None else fitted(value, kind)
            except Misfit as misfit:
                return run.note(f"{name} cannot be called: its {parameter}, {misfit}")
        run.enter(name)
        value = call(given)
        run.leave()
        return value

    return FeelFunction(name, signature.names, invoke)


def _invocation(invocation: Invocation, around: Surroundings) -> Step:
    called = prepare(invocation.called, around)
    bindings = [(entry.variable.name, _entry(entry, around)) for entry in invocation.bindings if entry.variable]

    def call(scope: Scope, run: Run) -> Any:
        function = called(scope, run)
        if not isinstance(function, FeelFunction):
            return run.note("what is invoked is not a function", invocation.line)
        value = call_named(run.feel, function, function.name, {name: step(scope, run) for name, step in bindings}, 0)
        run.take_reports(invocation.line)
        return value

    return call


_PREPARERS: Mapping[type, Callable[[Any, Surroundings], Step]] = MappingProxyType(
    {
        Literal: _literal,
        Table: _table,
        Context: _context,
        Invocation: _invocation,
        Function: _function,
        Relation: _relation,
        Items: _items,
        Conditional: _conditional,
        Filter: _filter,
        Iteration: _iteration,
    }
)
