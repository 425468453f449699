"""Looks for what is doubtful in a decision table: rules that overlap, rules that never count, and gaps between them.

Each finding comes with an example row. Cells that have to be evaluated are never guessed about: what they may allow
is neither an overlap nor a gap. The search is bounded; a table too large to be searched whole is searched in part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.dmn import texts
from server.dmn.cells import Test, read_cell
from server.dmn.cutting import Cut, cut
from server.dmn.decision import Literal, Table
from server.dmn.index import numbers
from server.dmn.languages import FEEL
from server.errors import Problem

MOST_FINDINGS = 10
"""Of each kind, in one table."""
MOST_STEPS = 20_000
"""Steps of one search: some 20 ms."""


@dataclass(frozen=True)
class Finding:
    """`kind` is "overlap", "shadowed" or "gap"; `rules` count from 1 and are empty for a gap.

    `example` is a row of input values as FEEL writes them, by the labels of the columns ("" for any value).
    """

    kind: str
    rules: tuple[int, ...]
    example: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """What it is, with the example, for people."""
        shown = ", ".join(f"{label} = {value}" for label, value in self.example if value) or "any values"
        if self.kind == "gap":
            return f"No rule matches, and there is no default output, for example with {shown}."
        if self.kind == "shadowed":
            earlier, later = self.rules
            return f"Rule {later} never counts: rule {earlier} matches first whatever it matches, for example {shown}."
        return f"The rules {self.rules[0]} and {self.rules[1]} both match, for example with {shown}."


def analyse(table: Table, allowed_by: Callable[[str], Literal | None]) -> tuple[Finding, ...]:
    """What is doubtful in the table; *allowed_by* gives the allowed values of a type of the file by name."""
    columns = [_cut(table, place, allowed_by) for place in range(len(table.inputs))]
    found: list[Finding] = []
    if table.hit_policy in ("U", "A"):
        found += _overlaps(table, columns)
    if table.hit_policy == "F":
        found += _shadowed(table, columns)
    if table.hit_policy in ("U", "A", "F", "P") and not any(output.default for output in table.outputs) and columns:
        found += _gaps(table, columns)
    return tuple(found)


def warnings(table: Table, name: str, resource: str, allowed_by: Callable[[str], Literal | None]) -> list[Problem]:
    """The findings as they are told at deploy."""
    lines = {rule.number: rule.line for rule in table.rules}
    return [
        Problem(
            f"{name}: {each.sentence}",
            table.id,
            lines[each.rules[-1]] if each.rules else table.line,
            resource,
            "warning",
        )
        for each in analyse(table, allowed_by)
    ]


def _cut(table: Table, place: int, allowed_by: Callable[[str], Literal | None]) -> Cut:
    column = table.inputs[place]
    kind = column.expression.type_ref
    stated = column.allowed or (allowed_by(kind) if kind else None)
    allowed = _tests(stated) if stated is not None else None
    return cut(column.label, [_tests(rule.tests[place]) for rule in table.rules], allowed or None, kind)


def _tests(literal: Literal) -> tuple[Test, ...] | None:
    text = literal.text.strip()
    if literal.language != FEEL and text not in ("", "-"):
        return None
    return read_cell(text, texts.constant)


def _overlaps(table: Table, columns: Sequence[Cut]) -> list[Finding]:
    """Pairs of rules that some row matches; with ANY only those that put out different things."""
    rivals_of = [column.rivals() for column in columns]
    certain = [all(column.sets[rule] is not None for column in columns) for rule in range(len(table.rules))]
    found: list[Finding] = []
    steps = MOST_STEPS
    for rule in range(len(table.rules)):
        rivals = (1 << rule) - 1 if certain[rule] else 0
        for rivals_in_column in rivals_of:
            rivals = rivals and rivals & rivals_in_column(rule)
        for rival in numbers(rivals):
            steps -= 1
            both = [column.allowed(rule) & column.allowed(rival) for column in columns]
            if not certain[rival] or not all(both) or (table.hit_policy == "A" and _same_outputs(table, rule, rival)):
                continue
            found.append(Finding("overlap", (rival + 1, rule + 1), _example(columns, both)))
            if len(found) >= MOST_FINDINGS:
                return found
        if steps < 0:
            return found
    return found


def _same_outputs(table: Table, rule: int, rival: int) -> bool:
    one, other = table.rules[rule].outputs, table.rules[rival].outputs
    return [each.text for each in one] == [each.text for each in other]


def _shadowed(table: Table, columns: Sequence[Cut]) -> list[Finding]:
    """Rules of which an earlier one allows everything that they allow, cell by cell."""
    found: list[Finding] = []
    steps = MOST_STEPS * 10
    for rule in range(1, len(table.rules)):
        for earlier in range(rule):
            steps -= 1
            if all(_covers(table, place, column, earlier, rule) for place, column in enumerate(columns)):
                pieces = [column.allowed(rule) for column in columns]
                found.append(Finding("shadowed", (earlier + 1, rule + 1), _example(columns, pieces)))
                break
        if len(found) >= MOST_FINDINGS or steps < 0:
            return found
    return found


def _covers(table: Table, place: int, column: Cut, earlier: int, rule: int) -> bool:
    one, other = column.sets[earlier], column.sets[rule]
    if one is not None and one == column.everything:
        return table.rules[earlier].tests[place].text.strip() in ("", "-") or other is not None
    if one is None or other is None:
        return table.rules[earlier].tests[place].text == table.rules[rule].tests[place].text
    return one & other == other


def _gaps(table: Table, columns: Sequence[Cut]) -> list[Finding]:
    """Rows that no rule matches: the pieces of each column in turn, as long as any rule is left."""
    masks = [_grouped(column) for column in columns]
    found: list[Finding] = []
    budget = [MOST_STEPS]
    closed: set[tuple[int, int]] = set()

    def search(place: int, rules: int, row: list[int]) -> bool:
        """Whether a gap lies below; closed branches are not entered twice."""
        if not rules:
            rest = [column.everything for column in columns[place:]]
            found.append(Finding("gap", (), _example(columns, row + rest)))
            return True
        if place == len(columns) or (place, rules) in closed:
            return False
        open_ = False
        for mask, piece in masks[place]:
            budget[0] -= 1
            if budget[0] < 0 or len(found) >= MOST_FINDINGS:
                return True
            open_ = search(place + 1, rules & mask, [*row, 1 << piece]) or open_
        if not open_:
            closed.add((place, rules))
        return open_

    search(0, (1 << len(table.rules)) - 1, [])
    return found


def _grouped(column: Cut) -> list[tuple[int, int]]:
    """The pieces that different rules allow, one of each kind: its rules and its number."""
    first: dict[int, int] = {}
    for piece, rules in enumerate(column.rules_of()):
        if column.everything >> piece & 1:
            first.setdefault(rules, piece)
    return list(first.items())


def _example(columns: Sequence[Cut], pieces: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """One value of each column; none for a column of which any value will do."""
    row = []
    for column, allowed in zip(columns, pieces, strict=True):
        whole = not allowed or allowed == column.everything
        row.append((column.label, "" if whole else column.examples[(allowed & -allowed).bit_length() - 1]))
    return tuple(row)
