"""The grammar of FEEL: precedence, names, ranges, filters, loops, functions, and sentences for what is none."""

from typing import Any

import pytest

from server.errors import Invalid
from server.expressions.feel import parse_expression, shown, to_feel

CONTEXT = to_feel(
    {
        "a": 5,
        "b": 2,
        "a-b": 100,
        "bread and butter": "yes",
        "Full Name": "Ada",
        "order": {"e-mail": "a@b", "line items": [{"price": 3}, {"price": 4}], "total": 7},
        "list": [1, 2, 3],
        "nothing": None,
    }
)
NAMES = frozenset(CONTEXT) | {"e-mail", "line items"}


def value_of(text: str) -> str:
    return shown(parse_expression(text, NAMES).evaluate(CONTEXT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 ** 3 ** 2", "64"),
        ("-5 ** 2", "25"),
        ("10 - 4 - 3", "3"),
        ("--5", "5"),
        ("a-b", "100"),
        ("a - b", "100"),
        ("bread and butter", "yes"),
        ("Full   Name", "Ada"),
        ("order.e-mail", "a@b"),
        ("order.line items[2].price", "4"),
        ("order.line items.price", "[3, 4]"),
        ("list[item > 1]", "[2, 3]"),
        ("list[-1]", "3"),
        ("list[a - 3]", "2"),
        ("[{x: 1}, {x: 2}][x > 1].x", "[2]"),
        ("[1..3]", "[1..3]"),
        ("]1..3[", "(1..3)"),
        ("(< 5)", "(< 5)"),
        ("2 in [1..3]", "true"),
        ("3 in [1..3)", "false"),
        ("a in (> 3)", "true"),
        ("a in (1, 2, 5)", "true"),
        ("a in (< 3, > 4)", "true"),
        ("a in [1, [2..6]]", "true"),
        ("a between 1 and 5 and b = 2", "true"),
        ("for x in 1..3, y in [10, 20] return x * y", "[10, 20, 20, 40, 30, 60]"),
        ("for x in 3..1 return x", "[3, 2, 1]"),
        ("for n in 1..5 return if n < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
        ("some x in list satisfies x > 2", "true"),
        ("every x in list satisfies x > 2", "false"),
        ('if a > 4 then "big" else "small"', "big"),
        ('{x: 1, y: x + 1, "z z": y * 2}.z z', "4"),
        ("{x: a, y: {z: b}}", "{x: 5, y: {z: 2}}"),
        ("(function() a)()", "5"),
        ("{if: 1, in: 2}.in", "2"),
        ("{add: function(a, b) a + b}.add(1, 2)", "3"),
        ("{double: function(n) n * 2, r: double(4)}.r", "8"),
        ("{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r", "2432902008176640000"),
        ("(function(x: number, y) x + y)(1, 2)", "3"),
        ("(function(x, y) x - y)(y: 1, x: 9)", "8"),
        ('substring(string: "abcdef", start position: 3)', "cdef"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        ("5 instance of number", "true"),
        ("[1, 2] instance of list<number>", "true"),
        ("{a: 1} instance of context<a: string>", "false"),
        ("list /* three */ [1] // the first", "1"),
        ('"a\\tb\\u0041\\"" + "\\U01F600"', 'a\tbA"\U0001f600'),
        ("null = nothing", "true"),
        ("1.5e3 + .5", "1500.5"),
        ("not(true) or not(false)", "true"),
        ("-1 in [-2..0]", "true"),
    ],
)
def test_an_expression_has_the_value_that_feel_gives_it(text: str, expected: str) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("1 +", "a value is missing at its end", "column 4"),
        ("(1 + 2", r"a '\)' is missing at its end", "column 7"),
        ("if a then b", "the word 'else' is missing at its end", "column 12"),
        ("a == b", "a value is missing before '='", "column 4"),
        ('"open', "a quote is missing", "column 1"),
        ("a # b", "'# b' cannot be understood", "column 3"),
        ("1 2", "'2' is not expected there", "column 3"),
        ("f(1, x: 2)", "named and unnamed parameters cannot be mixed", "column 9"),
        ("a +\n b +\n * 2", r"a value is missing before '\*'", "line 3, column 2"),
        ("", "a value is missing at its end", "column 1"),
        ("x instance of nonsense", "there is no type 'nonsense'", "column 15"),
        ("x.__class__", "begins with two underscores", "column 3"),
    ],
)
def test_what_is_not_feel_is_refused_with_reason_and_place(text: str, reason: str, place: str) -> None:
    with pytest.raises(Invalid, match=rf"^The expression `.*` cannot be used: .*{reason}.* \({place}\)\.$"):
        parse_expression(text)


def test_a_problem_stands_on_its_line_of_the_model() -> None:
    with pytest.raises(Invalid) as raised:
        parse_expression("a +\n  * 2", line=40)
    assert [problem.line for problem in raised.value.problems] == [41]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("amount > limit", {"amount", "limit"}),
        ("Full Name + x.y", {"Full Name", "x"}),
        ("for i in list return i + offset", {"list", "offset"}),
        ("sum(list)", {"list"}),
        ("orders[total > 5]", {"orders"}),
        ("{a: b, c: a}.c", {"b"}),
        ("function(n) n + m", {"m"}),
    ],
)
def test_the_names_are_the_variables_that_are_read(text: str, names: set[str]) -> None:
    assert parse_expression(text).names == names


def test_names_of_several_words_are_found_without_being_known() -> None:
    context: dict[str, Any] = to_feel({"Monthly Salary": 100, "loan": {"term months": 12}})
    assert shown(parse_expression("12 * Monthly Salary").evaluate(context)) == "1200"
    assert shown(parse_expression("loan.term months + 1").evaluate(context)) == "13"
