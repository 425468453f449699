"""Decision tables: hit policies, aggregations, defaults, allowed values, and cells of every kind."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import dmn
from tests.dmn.models import CAMUNDA, decide, decision, file, literal, prepared, problems, table

RANKS = [["> 5", '"low"'], ["> 10", '"high"'], ["> 10", '"low"']]


def ranked(policy: str, values: str = '"high", "low"', default: str = "") -> bytes:
    return file(decision("d", table(["amount"], ["rank"], RANKS, policy, values, default)))


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("PRIORITY", "high"),
        ("FIRST", "low"),
        ("RULE ORDER", ["low", "high", "low"]),
        ("OUTPUT ORDER", ["high", "low", "low"]),
        ("COLLECT", ["low", "high", "low"]),
        ("COLLECT+COUNT", 3),
        ("COLLECT+MIN", "high"),
        ("COLLECT+MAX", "low"),
    ],
)
def test_the_hit_policy_says_what_becomes_of_the_rules_that_match(policy: str, value: Any) -> None:
    assert decide(ranked(policy), "d", amount=20) == value


@pytest.mark.parametrize(("policy", "told"), [("UNIQUE", "the rules 1, 2, 3 match"), ("ANY", "rules 1 and 2 match")])
def test_rules_that_contradict_the_hit_policy_break_the_decision(policy: str, told: str) -> None:
    outcome = dmn.decide(prepared(ranked(policy)), "d", {"amount": 20})
    assert outcome.value is None
    assert outcome.broken
    assert told in outcome.notes[0].text


def test_any_takes_rules_that_agree() -> None:
    rules = [["> 5", '"low"'], ["> 10", '"low"']]
    assert decide(file(decision("d", table(["amount"], ["rank"], rules, "ANY"))), "d", amount=20) == "low"


@pytest.mark.parametrize(
    ("policy", "value"), [("UNIQUE", None), ("COLLECT", []), ("COLLECT+COUNT", 0), ("COLLECT+SUM", None)]
)
def test_no_rule_that_matches_gives_nothing(policy: str, value: Any) -> None:
    assert decide(ranked(policy), "d", amount=1) == value


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
def test_a_default_stands_in_when_no_rule_matches(policy: str) -> None:
    assert decide(ranked(policy, default='"low"'), "d", amount=1) == "low"


def test_the_sum_of_the_outputs_is_exact() -> None:
    rules = [["-", "0.1"], ["-", "0.2"]]
    assert decide(file(decision("d", table(["a"], ["x"], rules, "COLLECT+SUM"))), "d") == Decimal("0.3")


def test_several_outputs_are_a_context_by_their_names() -> None:
    data = file(decision("d", table(["a"], ["x", "y"], [["1", '"one"', "a + 1"]])))
    assert decide(data, "d", a=1) == {"x": "one", "y": 2}


def test_a_value_that_is_not_allowed_breaks_the_decision() -> None:
    data = file(decision("d", table(["kind"], ["x"], [['"A"', "1"]], allowed='"A", "B"')))
    outcome = dmn.decide(prepared(data), "d", {"kind": "C"})
    assert outcome.broken
    assert outcome.notes[0].text == '"C" is not one of the values allowed for kind'


def test_an_output_that_is_not_among_the_output_values_breaks_the_decision() -> None:
    assert dmn.decide(prepared(ranked("FIRST", values='"high"')), "d", {"amount": 6}).broken


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ("-", None, True),
        ("", 1, True),
        ("null", None, True),
        ("null", 1, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a")', "b", True),
        ("[1..5)", 5, False),
        ("[1..5]", 5, True),
        ("]1..5[", 1, False),
        ("< 3, > 8", 9, True),
        ("< 3", None, False),
        ("< 3", "2", False),
        ("true", True, True),
        ("1", True, False),
        ("-1", -1, True),
        ("? > limit", 11, True),
        ("limit", 10, True),
        ("limits", 7, True),
        ('contains(?, "bc")', "abcd", True),
        ('date("2026-01-31")', None, False),
        ('"a"', ["a"], False),
        ("[1..5], 7", [3], False),
        ('"a\\"b"', 'a"b', True),
        ('"a,b", "c"', "a,b", True),
    ],
)
def test_a_cell_allows_what_feel_says(cell: str, value: Any, matches: bool) -> None:
    data = file(decision("d", table(["v"], ["x"], [[cell, "1"]])))
    assert decide(data, "d", v=value, limit=10, limits=[7, 8]) == (1 if matches else None)


def test_dates_are_compared_as_dates() -> None:
    rules = [['< date("2026-02-01")', '"old"'], ['>= @"2026-02-01"', '"new"']]
    data = file(decision("d", table(["date(on)"], ["x"], rules)))
    assert [decide(data, "d", on=day) for day in ("2026-01-31", "2026-02-01")] == ["old", "new"]


def test_camunda_names_the_value_of_a_column() -> None:
    data = file(
        decision(
            "d",
            f'<decisionTable {CAMUNDA}><input camunda:inputVariable="size"><inputExpression typeRef="integer">'
            "<text>a * 2</text></inputExpression></input><output name='x'/><rule><inputEntry><text>size > 5</text>"
            "</inputEntry><outputEntry><text>size</text></outputEntry></rule></decisionTable>",
        )
    )
    assert decide(data, "d", a=3) == 6


@pytest.mark.parametrize(
    ("language", "cell", "output"),
    [
        ("juel", "cellInput > 5", "${a + 1}"),
        ("python", "> 5", "a + 1"),
        ("python", "8", "a + 1"),
        ("http://www.omg.org/spec/FEEL/20140401", "> 5", "a + 1"),
    ],
)
def test_a_cell_may_be_in_another_language(language: str, cell: str, output: str) -> None:
    stated = f'expressionLanguage="{language}"'
    logic = (
        f"<decisionTable><input><inputExpression {stated}><text>a</text></inputExpression></input><output name='x'/>"
        f"<rule><inputEntry {stated}><text>{cell.replace('>', '&gt;')}</text></inputEntry>"
        f"<outputEntry {stated}><text>{output}</text></outputEntry></rule></decisionTable>"
    )
    assert decide(file(decision("d", logic)), "d", a=8) == 9


def test_a_text_in_braces_is_juel_where_no_language_is_stated() -> None:
    data = file(decision("d", table(["${a * 2}"], ["x"], [["> 5", "${a + 1}"]])))
    assert decide(data, "d", a=8) == 9


def test_the_rules_that_matched_and_what_they_looked_at_are_told() -> None:
    [seen] = dmn.decide(prepared(ranked("COLLECT")), "d", {"amount": 20}).tables
    assert (seen.inputs, seen.rules) == ((20,), (1, 2, 3))
    assert [row["rank"] for row in seen.outputs] == ["low", "high", "low"]


CELLS = st.sampled_from(["-", "1", "< 2", "[1..3]", "> 2, 0", '"a"', "null", "(0..2)", "3, 4"])
VALUES = st.sampled_from([0, 1, 2, 3, 2.5, "a", None, True, [1]])


@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), one=VALUES, other=VALUES)
def test_the_index_finds_what_looking_at_each_cell_finds(cells: list[tuple[str, str]], one: Any, other: Any) -> None:
    together = file(
        decision("d", table(["a", "b"], ["x"], [[*pair, str(n)] for n, pair in enumerate(cells)], "COLLECT"))
    )
    alone = [
        n
        for n, pair in enumerate(cells)
        if decide(file(decision("d", literal(f"({_in('a', pair[0])}) and ({_in('b', pair[1])})"))), "d", a=one, b=other)
        is True
    ]
    assert decide(together, "d", a=one, b=other) == alone


def _in(name: str, cell: str) -> str:
    return "true" if cell == "-" else f"{name} in ({cell})"


@pytest.mark.parametrize(
    ("logic", "told"),
    [
        (table(["a"], [], [["1"]]), "no output column"),
        (table(["a"], ["x"], [["1"]]), "Rule 1 has 0 output cells for 1 output columns"),
        (table(["a"], ["x", "x"], [["1", "1", "1"]]), "Two output columns are named x"),
        (table(["a"], ["x"], [], "BEST"), "The hit policy BEST does not exist"),
        (table(["a"], ["x"], [], "PRIORITY"), "ranks by the output values"),
        (table(["a"], ["x"], [], "COLLECT+AVERAGE"), "The aggregation AVERAGE does not exist"),
        (table(["a"], ["x"], [["> > 1", "1"]]), "cannot be used"),
        (table(["a +"], ["x"], [["1", "1"]]), "cannot be used"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(logic: str, told: str) -> None:
    assert any(told in problem.text for problem in problems(file(decision("d", logic))))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("f(x)", "there is no function"), ('"{0}".format(x)', "format"), ("limit", "'limit' is not set")],
)
def test_a_cell_that_cannot_be_decided_keeps_its_rule_from_matching_and_says_so(cell: str, reason: str) -> None:
    data = file(decision("d", table(["x"], ["y"], [["7", "1"], [cell, "2"]])))
    outcome = dmn.decide(prepared(data), "d", {"x": 1})
    assert (outcome.value, outcome.broken) == (None, False)
    assert all(note.text.startswith("rule 2: ") for note in outcome.notes)
    assert any(reason in note.text for note in outcome.notes)


def test_a_value_that_cannot_be_compared_with_a_cell_simply_does_not_match() -> None:
    data = file(decision("d", table(["x"], ["y"], [["> 5", "1"], ["[1..3]", "2"]])))
    assert dmn.decide(prepared(data), "d", {"x": "seven"}).notes == ()
