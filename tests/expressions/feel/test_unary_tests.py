"""Unary tests, as the cells of a decision table hold them."""

from typing import Any

import pytest

from server.errors import Invalid
from server.expressions.feel import parse_unary_tests, to_feel


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("5", 5, True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        ("[1..5)", 5, False),
        ("1, 2, [7..9]", 8, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ('"a", "b"', "b", True),
        ("? > 5 and ? < 9", 7, True),
        ('starts with(?, "x")', "xyz", True),
        ("limit", 10, True),
        ("> limit", 10, False),
        ("[1, 2, 3]", 2, True),
        ("null", None, True),
        ("< 5", None, None),
        ("true", True, True),
        ("not(true)", False, True),
        ('date("2026-01-31")', None, False),
        ("not(? > 5)", 3, True),
    ],
)
def test_a_value_passes_or_does_not(text: str, value: Any, expected: bool | None) -> None:
    assert parse_unary_tests(text).matches(to_feel(value), to_feel({"limit": 10})) is expected


def test_tests_are_explained_part_by_part() -> None:
    explained = parse_unary_tests("< 3, > limit").explain(to_feel(12), to_feel({"limit": 10}))
    assert explained.value is True
    assert [(part.text, part.value) for part in explained.parts] == [("< 3", False), ("> limit", True)]


def test_what_is_no_test_is_refused() -> None:
    with pytest.raises(Invalid, match="a value is missing"):
        parse_unary_tests("< ")
