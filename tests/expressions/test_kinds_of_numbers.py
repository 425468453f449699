"""Numbers keep their kind on their way through expressions in any language: whole ones stay whole."""

from decimal import Decimal
from typing import Any

import pytest

from server.expressions import Expression, parse

SCOPE = {"whole": 7, "exact": Decimal("1.10"), "half": 0.5, "list": [1, 2], "order": {"count": 3}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whole", 7),
        ("whole + 1", 8),
        ("whole * 2 / 7", 2),
        ("sum(list)", 3),
        ("list[1]", 1),
        ("[whole, order.count]", [7, 3]),
        ("{a: whole + order.count}", {"a": 10}),
        ("for i in list return i * 2", [2, 4]),
        ("if whole > 5 then order else null", {"count": 3}),
        ("count(list)", 2),
        ("10 ** 20", 10**20),
    ],
)
def test_what_feel_makes_of_whole_numbers_is_whole(text: str, expected: Any) -> None:
    value = parse(Expression(text, "feel")).evaluate(SCOPE)
    assert value == expected
    assert _kinds(value) == _kinds(expected)


@pytest.mark.parametrize(("text", "expected"), [("exact", "1.10"), ("exact + 1", "2.10"), ("whole / 2", "3.5")])
def test_what_feel_makes_of_decimals_has_all_its_digits(text: str, expected: str) -> None:
    value = parse(Expression(text, "feel")).evaluate(SCOPE)
    assert not isinstance(value, int)
    assert Decimal(str(value)) == Decimal(expected)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [("juel", "${whole + 1}", 8), ("juel", "${list[0]}", 1), ("python", "whole + 1", 8), ("python", "whole // 2", 3)],
)
def test_whole_numbers_stay_whole_in_the_other_languages(language: str, text: str, expected: int) -> None:
    value = parse(Expression(text, language)).evaluate(SCOPE)
    assert (type(value), value) == (int, expected)


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kinds(item) for name, item in value.items()}
    return [_kinds(item) for item in value] if isinstance(value, list) else type(value)
