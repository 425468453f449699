"""Why an expression came out as it did: parts with their values, cut short, in every language, and nothing raised."""

from typing import Any

import pytest

from server.expressions import Expression, Facade
from server.expressions.explained import Explained, brief
from server.expressions.explaining import explain


def parts_of(text: str, language: str, **scope: Any) -> list[tuple[str, Any]]:
    return [(part.text, part.value) for part in explain(Expression(text, language), scope, {}).parts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("${a > 1}", [("a", 3)]),
        ("${ a > 1 and not b }", [("a > 1", True), ("not b", True)]),
        ("${a > 1 ? 'much' : 'little'}", [("a > 1", True)]),
        ("${l[0] + a * 2}", [("l[0]", 5), ("a * 2", 6)]),
        ("${(a + 1) * 2}", [("a + 1", 4)]),
        ("${m.list.contains('x')}", []),
        ("Order ${a} of ${b}", [("a", 3), ("b", False)]),
        ("#{b || true}", [("b", False)]),
        ("${a == null || true}", [("a == null", False)]),
        ("${execution.getVariable('a') > 2}", [("execution.getVariable('a')", 3)]),
        ("a text", []),
    ],
)
def test_juel_is_told_by_its_parts(text: str, parts: list[tuple[str, Any]]) -> None:
    scope = {"a": 3, "b": False, "l": [5], "m": {"list": ["x"]}}
    execution = Facade("execution", methods={"getVariable": scope.get})
    found = explain(Expression(text, "juel"), scope, {"execution": execution})
    assert found.failure == ""
    assert [(part.text, part.value) for part in found.parts] == parts


def test_a_part_that_was_not_needed_is_not_told() -> None:
    assert parts_of("${a && b}", "juel", a=False, b=True) == [("a", False)]
    assert parts_of("= if a then b else c", "feel", a=True, b=1, c=2) == [("a", True), ("b", 1)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a + len(l)", [("a", 3), ("len(l)", 1)]),
        ("a > 1 and not b", [("a > 1", True), ("not b", True)]),
        ("a < 1 and not b", [("a < 1", False)]),
        ("a if b else l[0]", [("b", False), ("l[0]", 5)]),
        ("a == 3", [("a", 3)]),
        ('"x" in m["list"]', [("m['list']", ["x"])]),
    ],
)
def test_python_is_told_by_its_parts(text: str, parts: list[tuple[str, Any]]) -> None:
    assert parts_of(text, "python", a=3, b=False, l=[5], m={"list": ["x"]}) == parts


@pytest.mark.parametrize("language", ["feel", "juel", "python"])
def test_a_failure_is_told_and_not_raised(language: str) -> None:
    text = "${nothing.at.all > 1}" if language == "juel" else "nothing > 1"
    found = explain(Expression(text, language), {}, {})
    assert "'nothing' is not set" in found.failure
    assert not found.failure.endswith(".")


def test_what_is_no_expression_is_told_too() -> None:
    assert explain(Expression("${a >}", "juel"), {}, {}).failure
    assert explain(Expression("a", "ruby"), {}, {}).failure


def test_what_is_evaluated_again_shares_nothing_with_the_variables() -> None:
    scope = {"l": [3, 1, 2]}
    for language, text in [("feel", "= sort(l)[1]"), ("juel", "${l}"), ("python", "sorted(l)")]:
        assert explain(Expression(text, language), scope, {}).value in (1, [3, 1, 2], [1, 2, 3])
    assert scope == {"l": [3, 1, 2]}


def test_long_values_are_cut_on_every_level() -> None:
    many = {f"k{number}": list(range(100)) for number in range(1_000)}
    assert brief("x" * 10_000) == "x" * 500 + "…"
    short = brief(many)
    assert len(short) == 21
    assert short["…"] == "980 more"
    assert short["k0"] == [*range(20), "…"]
    assert brief([[[[[1]]]]]) == [[[["…"]]]]


def test_a_trace_ends_after_so_many_parts() -> None:
    def count(part: Explained) -> int:
        return 1 + sum(count(inner) for inner in part.parts)

    many = Expression("${" + " + ".join(["a"] * 2_000) + "}", "juel")
    assert count(explain(many, {"a": 1}, {})) <= 402
    assert explain(many, {"a": 1}, {}).value == 2_000
