"""What Python expressions of models give, what they refuse, and what they say then."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from server import clock
from server.errors import Failure, Invalid
from server.expressions import Expression, Facade, parse


def value_of(text: str, /, **variables: Any) -> Any:
    return parse(Expression(text)).evaluate(variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount > 1000 and status == 'open'", True),
        ("0 < amount <= 2000", True),
        ("status in ['open', 'held']", True),
        ("'x' not in tags", True),
        ("'yes' if amount else 'no'", "yes"),
        ("request.lines[0].price + request['lines'][1].price", 30),
        ("sum(line.price for line in request.lines if line.price > 10)", 20),
        ("[a * b for a, b in zip([1, 2], [3, 4])]", [3, 8]),
        ("{key: len(key) for key in tags}", {"a": 1, "bb": 2}),
        ("max(len(tag) for tag in tags)", 2),
        ("sorted(tags, reverse=True)[:1]", ["bb"]),
        ("f'{status.upper():>6}|{amount / 7:.2f}'", "  OPEN|214.29"),
        ("', '.join(tags).title()", "A, Bb"),
        ("tags and not missing is None", True),
        ("date('2026-01-31') + duration('P1M')", date(2026, 2, 28)),
        ("(date('2026-03-01') - date('2026-02-01')).days", 28),
        ("timedelta(days=1) * 2", timedelta(days=2)),
        ("Decimal('0.1') + 0.2", Decimal("0.3")),
        ("-7 // 2 + 2 ** 10 % 1000", 20),
        ("true and null is None", True),
        ("any(tag == 'bb' for tag in tags)", True),
        ("round(2.345, 1)", 2.3),
        ("(amount\n  > 1)", True),
        ("(1, 2)", [1, 2]),
        ("range(3)", [0, 1, 2]),
        ("range(10, 0, -4)", [10, 6, 2]),
    ],
)
def test_an_expression_has_the_value_that_python_gives_it(text: str, expected: Any) -> None:
    variables = {
        "amount": 1500,
        "status": "open",
        "tags": ["a", "bb"],
        "missing": False,
        "request": {"lines": [{"price": 10}, {"price": 20}]},
    }
    found = value_of(text, **variables)
    assert found == expected
    assert type(found) is type(expected)


def test_the_names_are_the_variables_that_are_read() -> None:
    compiled = parse(Expression("sum(x.price for x in lines) > limit and execution.id and len(name)"))
    assert compiled.names == {"lines", "limit", "name"}


def test_an_unset_variable_is_named() -> None:
    with pytest.raises(Failure, match=r"^The variable 'amount' is not set$") as raised:
        value_of("amount > 1")
    assert raised.value.names == ("amount",)


def test_an_empty_scope_is_a_scope() -> None:
    assert parse(Expression("1 + 1")).evaluate({}) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("amount > 'x'", "a number and text cannot be compared"),
        ("amount + 'x'", "a number and text cannot be added"),
        ("amount / 0", "divided by zero"),
        ("request.total", "'request' has no entry 'total'"),
        ("items[5]", "there is no entry 5 among 1"),
        ("nothing.total", "'nothing' is nothing (null) and has no 'total'"),
        ("unknown(1)", "There is no function 'unknown'"),
        ("len(1, 2)", "'len' cannot be called with these values"),
        ("date('soon')", "'soon' is not a date"),
        ("(-8) ** 0.5", "root of a negative number"),
        ("1e308 * 10", "becomes too large"),
        ("1e400", "infinity"),
    ],
)
def test_a_failing_expression_says_why_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Failure) as raised:
        value_of(text, amount=5, items=[1], request={}, nothing=None)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "lambda: 1",
        "(x := 1)",
        "{1, 2}",
        "[*x]",
        "f(**x)",
        "x @ y",
        "x << 3",
        "~x",
        "b'x'",
        "1j",
        "...",
        "x = 1",
        "import os",
        "",
        "1 +",
        "x) + (y",
        "await x",
        "f'{x!r}'",
        "f'{x:{y}}'",
        "f'{x:>99999}'",
        "[1].append(2)",
        "functions[0](1)",
        "\0",
    ],
)
def test_what_models_may_not_use_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(Invalid) as raised:
        parse(Expression(text, line=10))
    assert raised.value.message.endswith(".")
    assert [problem.line for problem in raised.value.problems] == [10]


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "x.__class__.__mro__",
        "''.__class__",
        "_x",
        "[_ for _ in x]",
        "f'{x.__class__}'",
        "date.__subclasses__()",
        "len.__globals__",
        "execution.__dict__",
        "__import__('os')",
        "dict(__class__=1)",
    ],
)
def test_names_with_an_underscore_in_front_do_not_exist(text: str) -> None:
    with pytest.raises(Invalid, match="begins with an underscore"):
        parse(Expression(text))


@pytest.mark.parametrize(
    "text",
    [
        "'{0.denominator}'.format(1)",
        "'%s' % x",
        "'x'.format_map(x)",
        "len.func_globals",
        "x.gi_frame",
        "execution.methods",
        "execution.name",
        "'a'.encode()",
        "now().tzinfo",
        "x.mro()",
    ],
)
def test_members_that_are_not_in_the_table_do_not_exist(text: str) -> None:
    with pytest.raises(Failure):
        parse(Expression(text)).evaluate({"x": 1}, {"execution": Facade("execution")})


def test_the_engine_offers_functions_and_facades() -> None:
    execution = Facade("execution", {"businessKey": "B-1", "id": lambda: "7"}, {"getVariable": {"x": 4}.get})
    text = "[execution.businessKey, execution.id, execution.getVariable('x'), twice(4)]"
    functions = {"execution": execution, "twice": lambda number: number * 2}
    assert parse(Expression(text)).evaluate({"execution": "not this"}, functions) == ["B-1", "7", 4, 8]


def test_now_is_what_the_clock_says() -> None:
    clock.freeze(datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert (
        value_of("[now(), today(), datetime.now(), date.today()]")
        == [
            datetime(2026, 5, 1, 12, tzinfo=UTC),
            date(2026, 5, 1),
        ]
        * 2
    )


def test_an_expression_gives_no_part_of_a_variable_that_it_was_not_asked_for() -> None:
    lines = [{"price": 1}]
    for text in ("lines", "[line for line in lines]", "lines[:]"):
        value_of(text, lines=lines)[0]["price"] = 2
    assert lines == [{"price": 1}]


def test_the_same_text_is_understood_once() -> None:
    assert parse(Expression("amount > 7")) is parse(Expression("amount > 7"))
