"""What is doubtful in a table: overlaps, gaps, rules that never count, each with an example row."""

import time
from collections.abc import Sequence

import pytest

from server import dmn
from server.dmn.analysis import Finding, analyse
from server.dmn.decision import Table
from tests.dmn.models import decision, file, table

DEPARTMENTS = '"IT", "HR"'


def findings(
    rules: Sequence[Sequence[str]], policy: str = "UNIQUE", default: str = "", allowed: str = ""
) -> tuple[Finding, ...]:
    inputs = [f"in{place}" for place in range(len(rules[0]) - 1)]
    data = file(decision("d", table(inputs, ["x"], rules, policy, default=default, allowed=allowed)))
    logic = dmn.read_model(data, "test.dmn").model.decisions[0].logic
    assert isinstance(logic, Table)
    return analyse(logic, lambda name: None)


def test_a_complete_table_is_not_doubted() -> None:
    assert findings([["< 100", "1"], ["[100..500]", "2"], ["> 500", "3"]]) == ()


def test_an_overlap_is_told_with_a_row_that_both_match() -> None:
    [found] = findings([["<= 100", "1"], [">= 100", "2"]])
    assert (found.kind, found.rules, found.example) == ("overlap", (1, 2), (("in0", "100"),))


def test_a_gap_is_told_with_a_row_that_none_matches() -> None:
    [found] = findings([["< 100", "1"], ["> 100", "2"]])
    assert found.sentence == "No rule matches, and there is no default output, for example with in0 = 100."


def test_a_default_output_closes_every_gap() -> None:
    assert findings([["< 100", "1"]], default="0") == ()


def test_a_gap_lies_between_columns_too() -> None:
    found = findings([["true", '"IT"', "1"], ["false", '"HR"', "1"], ["false", '"IT"', "1"]], allowed="")
    assert (("in0", "true"), ("in1", '"HR"')) in [each.example for each in found]


def test_values_that_are_not_allowed_are_no_gaps() -> None:
    assert findings([['"IT"', "1"], ['"HR"', "2"]], allowed=DEPARTMENTS) == ()
    [found] = findings([['"IT"', "1"]], allowed=DEPARTMENTS)
    assert found.example == (("in0", '"HR"'),)


def test_the_day_between_two_neighbouring_days_is_no_gap() -> None:
    assert findings([['<= date("2026-01-31")', "1"], ['>= date("2026-02-01")', "2"]]) == ()


def test_a_rule_that_never_counts_is_told() -> None:
    [found] = findings([["> 5", "-", "1"], ["-", "-", "2"], ["> 10", "true", "3"]], "FIRST")
    assert (found.kind, found.rules) == ("shadowed", (1, 3))
    assert found.sentence.startswith("Rule 3 never counts: rule 1 matches first")


def test_any_may_overlap_where_the_outputs_agree() -> None:
    rules = [["<= 100", "1"], [">= 100", "1"]]
    assert findings(rules, "ANY") == ()
    assert len(findings([rules[0], [">= 100", "2"]], "ANY")) == 1


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_rules_may_overlap_and_leave_gaps_where_all_are_collected(policy: str) -> None:
    assert findings([["< 10", "1"], ["< 5", "2"]], policy) == ()


def test_cells_that_have_to_be_evaluated_are_not_guessed_about() -> None:
    assert findings([["? > limit", "1"], ["limit", "2"], ["< 3", "3"]]) == ()


def test_findings_are_bounded_and_so_is_the_time() -> None:
    rules = [[f"[{n}..{n + 500}]", f'"{n % 7}"', "-", str(n)] for n in range(1000)]
    began = time.perf_counter()
    found = findings(rules)
    assert time.perf_counter() - began < 2
    assert {kind: len([each for each in found if each.kind == kind]) for kind in ("overlap", "gap")} == {
        "overlap": 10,
        "gap": 10,
    }
