"""FEEL in a process: variables in and out, missing ones, limits, the trace, and the language of a text."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from server.errors import Failure
from server.expressions import Expression, parse
from server.expressions.choice import language_of
from server.expressions.feel import Explanation
from server.expressions.feel.reading import ProcessExpression


def value_of(text: str, scope: dict[str, Any], functions: dict[str, Any] | None = None) -> Any:
    return parse(Expression(text, "feel")).evaluate(scope, functions or {})


def test_the_sign_of_camunda_8_is_no_part_of_the_expression() -> None:
    assert value_of('= amount > 1000 and department = "IT"', {"amount": 2000, "department": "IT"}) is True


def test_results_are_values_that_variables_can_keep() -> None:
    found = value_of('{n: a * 2, f: a / 4, d: @"2026-01-31", l: [1]}', {"a": 5})
    assert found == {"n": 10, "f": Decimal("1.25"), "d": date(2026, 1, 31), "l": [1]}
    assert type(found["n"]) is int


def test_variables_are_not_changed() -> None:
    scope: dict[str, Any] = {"list": [1, [2.5]], "order": {"total": 3}}
    found = value_of("[list, order]", scope)
    assert found == [[1, [Decimal("2.5")]], {"total": 3}]
    assert scope == {"list": [1, [2.5]], "order": {"total": 3}}
    assert type(scope["list"][1]) is list


def test_a_variable_may_be_called_like_a_calculation() -> None:
    assert value_of("a-b + 1", {"a-b": 4}) == 5
    assert value_of("a-b + 1", {"a": 4, "b": 1}) == 4
    assert value_of("order.e-mail", {"order": {"e-mail": "x@y"}}) == "x@y"
    assert value_of("bread and butter", {"bread and butter": 3}) == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("amount > 1000", "the variable 'amount' is not set"),
        ("order.total * 2", "the variable 'order' is not set"),
        ('1 + "a"', "a number and a string cannot be added"),
        ("nonsense(1)", "there is no function 'nonsense'"),
    ],
)
def test_a_value_that_is_null_for_a_reason_is_a_failure(text: str, reason: str) -> None:
    with pytest.raises(Failure, match=f"^The expression `.*` has no value: {reason}$") as raised:
        value_of(text, {})
    assert raised.value.line == 1
    assert set(raised.value.names) <= {"amount", "order", "nonsense"}


def test_a_name_alone_may_be_missing() -> None:
    assert value_of("order.note", {"order": {}}) is None
    assert value_of("note", {}) is None
    assert value_of("if note = null then 1 else 2", {}) == 1
    assert value_of("get or else(note, 7)", {}) == 7


def test_a_failure_says_on_which_line_it_happened() -> None:
    with pytest.raises(Failure) as raised:
        value_of('{a: 1,\n b: 2}.a +\n (1 + "x")', {})
    assert raised.value.line == 3


def test_what_no_variable_can_keep_is_a_failure() -> None:
    for text in ("[1..3]", "function(x) x", 'date("12000-01-01")'):
        with pytest.raises(Failure, match="cannot be kept in a variable"):
            value_of(text, {})


def test_now_is_the_moment_of_the_process() -> None:
    moment = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    functions = {"dateTime": lambda: moment}
    assert value_of("now()", {}, functions) == moment
    assert value_of("today()", {}, functions) == date(2026, 1, 31)


def test_a_variable_may_be_called_like_a_function() -> None:
    scope = {"date": "2026-01-31", "count": 3, "duration": 5}
    assert value_of("date(date)", scope) == date(2026, 1, 31)
    assert value_of("count([1, 2]) + count + duration", scope) == 10


def test_what_the_engine_offers_can_be_called() -> None:
    assert value_of('currentUser() = "ada"', {}, {"currentUser": lambda: "ada"}) is True
    assert value_of("double(4)", {}, {"double": lambda n: n * 2}) == 8


def test_an_expression_says_why_it_came_out_so() -> None:
    expression = parse(Expression('amount > 1000 and department = "IT"', "feel"))
    assert isinstance(expression, ProcessExpression)
    explained = expression.explain({"amount": 500, "department": "IT"})
    assert explained.value is False
    assert explained.parts == (Explanation("amount > 1000", False, (Explanation("amount", Decimal(500)),)),)
    assert [part.text for part in expression.explain({"amount": 5_000, "department": "HR"}).parts] == [
        "amount > 1000",
        'department = "IT"',
    ]


def test_an_explanation_shows_what_functions_were_given_and_not_the_functions() -> None:
    expression = parse(Expression("sum(prices) > limit", "feel"))
    assert isinstance(expression, ProcessExpression)
    [left, right] = expression.explain({"prices": [1, 2], "limit": 2}).parts
    assert (left.text, left.value, [part.text for part in left.parts]) == ("sum(prices)", 3, ["prices"])
    assert (right.text, right.value) == ("limit", 2)


def test_an_explanation_names_what_is_missing_and_what_failed() -> None:
    expression = parse(Expression("amount > limit", "feel"))
    assert isinstance(expression, ProcessExpression)
    assert expression.explain({"amount": 1}).reports[0].reason == "the variable 'limit' is not set"
    endless = parse(Expression("{f: function(x) f(x), r: f(1)}.r", "feel"))
    assert isinstance(endless, ProcessExpression)
    assert "is there a recursion that never ends?" in str(endless.explain({}).failure)


def test_one_expression_serves_many_threads_at_once() -> None:
    expression = parse(Expression("sum(for i in 1..n return i * factor)", "feel"))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: expression.evaluate({"n": n, "factor": n}), range(1, 60)))
    assert found == [n * n * (n + 1) // 2 for n in range(1, 60)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("amount > 1000", "feel"),
        ("orders[1].total", "feel"),
        ("sum(prices) > limit and not(done)", "feel"),
        ("amount > 1000 // a comment of FEEL", "feel"),
        ("x == 1 and done", "python"),
        ("open and not done", "python"),
        ("x not in y", "python"),
        ("x is y", "python"),
        ("x != None", "python"),
        ("approved and True", "python"),
        ("1 < x < 3", "python"),
        ("total // 10 > 3", "python"),
        ("len(orders) > 2", "python"),
        ("name.lower()", "python"),
        ("name[1:]", "python"),
        ('department = "IT"', "feel"),
        ("if a then b else c", "feel"),
        ("count(orders) > 2", "feel"),
        ("some x in orders satisfies x > 2", "feel"),
        ("Full Name", "feel"),
        ("a +", "feel"),
    ],
)
def test_a_text_without_a_language_is_feel_unless_only_python_can_have_been_meant(text: str, language: str) -> None:
    assert language_of(text) == language
