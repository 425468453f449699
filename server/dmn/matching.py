"""Makes a closure of a decision table: which rules match, and what the hit policy makes of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.dmn import texts
from server.dmn.cells import Equal, Test, read_cell, read_constant
from server.dmn.decision import Input, Literal, Output, Rule, Table
from server.dmn.hit_policies import MULTIPLE, SINGLE, Broken, Match, Ranks
from server.dmn.index import Column, column, numbers
from server.dmn.languages import FEEL
from server.dmn.run import Run, Seen
from server.dmn.surroundings import Holds, Scope, Step, Surroundings, converted
from server.expressions.feel.values import shown


def prepare_table(table: Table, around: Surroundings) -> Step:
    """The closure of a table. Its value is null when the rules that match contradict the hit policy."""
    return _Prepared(
        table=table,
        inputs=[_look(each, around) for each in table.inputs],
        columns=[_column(table, place, around) for place in range(len(table.inputs))],
        results=[_results(rule, table, around) for rule in table.rules],
        checks=[_check(each, around) for each in table.outputs],
        defaults=[around.expression(each.default) if each.default else None for each in table.outputs],
        ranks=Ranks(tuple(_listed(each, around) for each in table.outputs)),
    ).decide


@dataclass(frozen=True)
class _Look:
    """An input column: its value, and whether the value is one of those allowed."""

    label: str
    step: Step
    allowed: Holds | None


class _Cells:
    """The cells of one column, each made ready when it is first needed beyond what the index knows."""

    def __init__(self, literals: Sequence[Literal], index: Column, ready: Callable[[Literal], Holds]) -> None:
        self.index = index
        self._literals = literals
        self._ready = ready
        self._made: dict[int, Holds] = {}

    def allows(self, rule: int, value: Any, scope: Scope, run: Run) -> bool:
        holds = self._made.get(rule)
        if holds is None:
            holds = self._made[rule] = self._ready(self._literals[rule])
        told = len(run.notes)
        found = holds(value, scope, run)
        if len(run.notes) > told:
            run.say_where(told, f"rule {rule + 1}")
        return found


def _look(each: Input, around: Surroundings) -> _Look:
    step = around.expression(each.expression)
    kind = around.type_of(each.expression.type_ref)
    if kind is not None:
        step = _softly(step, kind.fits)
    return _Look(each.label, step, around.tests(each.allowed) if each.allowed else None)


def _softly(step: Step, fits: Callable[[Any], bool]) -> Step:
    """An input keeps a value of another type, which then simply matches no cell; a list of one gives its item."""

    def look(scope: Scope, run: Run) -> Any:
        value = step(scope, run)
        single = isinstance(value, list) and len(value) == 1 and not fits(value) and fits(value[0])
        return value[0] if single else value

    return look


def _column(table: Table, place: int, around: Surroundings) -> _Cells:
    variable = table.inputs[place].variable
    literals = [rule.tests[place] for rule in table.rules]
    read = [_read(literal) for literal in literals]
    cells = _Cells(literals, column(read), lambda literal: around.tests(literal, variable))
    for literal, tests in zip(literals, read, strict=True):
        if tests is None:
            around.tests(literal, variable)
    return cells


def _read(literal: Literal) -> tuple[Test, ...] | None:
    return read_cell(literal.text, texts.constant) if literal.language == FEEL else read_cell_of_others(literal)


def read_cell_of_others(literal: Literal) -> tuple[Test, ...] | None:
    """In every language an empty cell allows anything; the rest is left to the language."""
    return () if literal.text.strip() in ("", "-") else None


def _results(rule: Rule, table: Table, around: Surroundings) -> list[Step]:
    return [_result(literal, output, around) for literal, output in zip(rule.outputs, table.outputs, strict=True)]


def _result(literal: Literal, output: Output, around: Surroundings) -> Step:
    constant = read_constant(literal.text) if literal.language == FEEL else None
    kind = around.type_of(output.type_ref)
    if constant is not None and (kind is None or kind.fits(constant[0])):
        [value] = constant
        return lambda scope, run: value
    if not literal.text:
        return lambda scope, run: None
    step = around.expression(literal)
    return converted(step, kind, literal.line) if kind is not None else step


def _check(output: Output, around: Surroundings) -> Holds | None:
    return around.tests(output.values) if output.values is not None else None


def _listed(output: Output, around: Surroundings) -> tuple[Any, ...]:
    """The output values in their order, as far as they are constants; the others rank last."""
    if output.values is None:
        return ()
    tests = read_cell(output.values.text, texts.constant)
    return tuple(test.value for test in tests or () if isinstance(test, Equal))


@dataclass(frozen=True)
class _Prepared:
    table: Table
    inputs: list[_Look]
    columns: list[_Cells]
    results: list[list[Step]]
    checks: list[Holds | None]
    defaults: list[Step | None]
    ranks: Ranks

    def decide(self, scope: Scope, run: Run) -> Any:
        values = tuple(look.step(scope, run) for look in self.inputs)
        for look, value in zip(self.inputs, values, strict=True):
            if look.allowed is not None and not look.allowed(value, scope, run):
                told = f"{shown(value, True)} is not one of the values allowed for {look.label}"
                self._seen(values, [], [], run)
                return run.note(told, self.table.line, broken=True)
        seen = _with_variables(self.table.inputs, values, scope)
        matches = [Match(rule + 1, self._row(rule, seen, run)) for rule in self._matching(values, seen, run)]
        try:
            taken = _choose(self.table, matches, self.ranks)
            self._seen(values, matches, taken, run)
            return self._value(taken, scope, run)
        except Broken as broken:
            self._seen(values, matches, [], run)
            return run.note(str(broken), self.table.line, broken=True)

    def _matching(self, values: tuple[Any, ...], scope: Scope, run: Run) -> list[int]:
        """The rules that match, counted from 0; with the policy FIRST, the first of them only."""
        candidates = (1 << len(self.table.rules)) - 1
        opened: list[tuple[_Cells, int, Any]] = []
        for cells, value in zip(self.columns, values, strict=True):
            found, still = cells.index.candidates(value)
            candidates &= found
            if still:
                opened.append((cells, still, value))
        matching = []
        for rule in numbers(candidates):
            run.feel.tick()
            if all(not still >> rule & 1 or cells.allows(rule, value, scope, run) for cells, still, value in opened):
                matching.append(rule)
                if self.table.hit_policy == "F":
                    break
        return matching

    def _row(self, rule: int, scope: Scope, run: Run) -> tuple[Any, ...]:
        """What a rule puts out; a value that is not allowed for its column is null."""
        row = []
        for output, check, step in zip(self.table.outputs, self.checks, self.results[rule], strict=True):
            value = step(scope, run)
            if check is not None and value is not None and not check(value, scope, run):
                told = f"rule {rule + 1}: {shown(value, True)} is not one of the values allowed for {output.label}"
                run.note(told, self.table.rules[rule].line, broken=True)
                value = None
            row.append(value)
        return tuple(row)

    def _value(self, taken: list[Match], scope: Scope, run: Run) -> Any:
        single = self.table.hit_policy in SINGLE
        if not taken:
            if any(self.defaults):
                return _entry(self.table.outputs, tuple(step(scope, run) if step else None for step in self.defaults))
            if single:
                return None
        if single:
            return _entry(self.table.outputs, taken[0].row)
        if self.table.aggregation:
            columns = list(zip(*(match.row for match in taken), strict=True)) or [()] * len(self.table.outputs)
            return _entry(self.table.outputs, tuple(self._aggregated(list(values), run) for values in columns))
        return [_entry(self.table.outputs, match.row) for match in taken]

    def _aggregated(self, values: list[Any], run: Run) -> Any:
        found = texts.aggregate(self.table.aggregation, values, run)
        if found is None and values:
            raise Broken(f"{self.table.aggregation} cannot be taken of {shown(values)}")
        return found

    def _seen(self, values: tuple[Any, ...], matches: list[Match], taken: list[Match], run: Run) -> None:
        names = [output.name or output.label or run.owner for output in self.table.outputs]
        outputs = tuple(dict(zip(names, match.row, strict=True)) for match in taken)
        rules = tuple(match.rule for match in matches)
        run.saw(Seen(run.owner, self.table.id or "", values, rules, outputs))


def _choose(table: Table, matches: list[Match], ranks: Ranks) -> list[Match]:
    return (SINGLE.get(table.hit_policy) or MULTIPLE[table.hit_policy])(matches, ranks)


def _entry(outputs: tuple[Output, ...], row: tuple[Any, ...]) -> Any:
    """One output is its value; several are a context by their names."""
    if len(outputs) == 1:
        return row[0]
    return {output.name or output.label: value for output, value in zip(outputs, row, strict=True)}


def _with_variables(inputs: tuple[Input, ...], values: tuple[Any, ...], scope: Scope) -> Scope:
    named: Mapping[str, Any] = {
        each.variable: value for each, value in zip(inputs, values, strict=True) if each.variable
    }
    return {**scope, **named} if named else scope
