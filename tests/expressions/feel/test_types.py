"""Types of FEEL: what is an instance of what, and what becomes what by itself."""

from decimal import Decimal
from typing import Any

import pytest

from server.errors import Invalid
from server.expressions.feel import coerce, parse_expression, parse_type
from server.expressions.feel.temporal import Clock, Day, Moment, Zone
from server.expressions.feel.types import BOOLEAN, DATE_AND_TIME, NUMBER, STRING, Type

NUMBERS = Type("list", NUMBER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ('"1" instance of number', False),
        ("null instance of Null", True),
        ("null instance of number", False),
        ("1 instance of Any", True),
        ("[1, null] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("[[1]] instance of list<list<number>>", True),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{b: 2} instance of context<a: number>", False),
        ("[1..2] instance of range<number>", True),
        ('@"2026-01-31" instance of date', True),
        ('@"2026-01-31T08:00:00" instance of date and time', True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1Y" instance of years and months duration', True),
        ("(function(a: number) a) instance of function<number>->Any", True),
        ("(function(a, b) a) instance of function<number>->Any", False),
        ("count instance of function", True),
    ],
)
def test_a_value_is_an_instance_of_its_types(text: str, expected: bool) -> None:
    assert parse_expression(text).evaluate({}) is expected


@pytest.mark.parametrize(
    ("value", "kind", "expected", "fits"),
    [
        (Decimal(1), NUMBER, Decimal(1), True),
        (None, NUMBER, None, True),
        ([Decimal(1)], NUMBER, Decimal(1), True),
        ([Decimal(1), Decimal(2)], NUMBER, None, False),
        (Decimal(1), NUMBERS, [Decimal(1)], True),
        ("a", NUMBERS, None, False),
        ([["a"]], Type("list", STRING), ["a"], True),
        (Day(2026, 1, 31), DATE_AND_TIME, Moment(Day(2026, 1, 31), Clock(0, Zone(0))), True),
        ("true", BOOLEAN, None, False),
    ],
)
def test_a_value_becomes_what_is_asked_for_where_the_standard_allows_it(
    value: Any, kind: Type, expected: Any, fits: bool
) -> None:
    assert coerce(value, kind) == (expected, fits)


@pytest.mark.parametrize(
    "text", ["number", "list<context<a: string, b: number>>", "range<date>", "days and time duration"]
)
def test_a_type_is_read_as_it_is_written(text: str) -> None:
    assert str(parse_type(text)) == text


def test_types_of_a_model_have_names_of_their_own() -> None:
    types = {"tLoan Product": Type("context", entries={"rate": NUMBER})}
    assert parse_expression("{rate: 3} instance of tLoan Product", types=types).evaluate({}) is True


def test_what_is_no_type_is_refused_in_a_sentence() -> None:
    with pytest.raises(Invalid, match="`list<` is no type"):
        parse_type("list<")


def test_a_parameter_takes_only_what_its_type_allows() -> None:
    assert parse_expression("(function(n: number) n + 1)([1])").evaluate({}) == Decimal(2)
    assert parse_expression('(function(n: number) n)("a")').evaluate({}) is None
