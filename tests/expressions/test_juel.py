"""JUEL as Camunda 7 and Flowable models use it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from server import clock
from server.errors import Failure, Invalid
from server.expressions import Expression, Facade, parse

VARIABLES: dict[str, Any] = {
    "amount": 1500,
    "price": 9.5,
    "exact": Decimal("0.10"),
    "name": "Ada Lovelace",
    "approved": True,
    "answer": "true",
    "number": "12",
    "nothing": None,
    "tags": ["a", "b"],
    "order": {"price": 250, "customer": {"name": "Bo"}, "first-name": "X", "open": True},
    "orders": [{"price": 10}, {"price": 120}],
    "due": date(2026, 1, 31),
    "at": datetime(2026, 1, 31, 8, tzinfo=UTC),
}


def value_of(text: str, functions: dict[str, Any] | None = None) -> Any:
    return parse(Expression(text, "juel")).evaluate(VARIABLES, {} if functions is None else functions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount}", 1500),
        ("#{amount}", 1500),
        ("  ${approved}\n ", True),
        ("${!approved}", False),
        ("${not approved}", False),
        ("${amount > 1000 && price < 10}", True),
        ("${amount gt 1000 and price lt 10 or false}", True),
        ("${amount ge 1500 and amount le 1500 and amount eq 1500 and amount ne 2}", True),
        ("${ 12 * 2 - 1 }", 23),
        ("${1+2*3}", 7),
        ("${(1+2)*3}", 9),
        ("${7 / 2}", 3.5),
        ("${7 div 2}", 3.5),
        ("${-7 % 3}", -1),
        ("${7 mod 4}", 3),
        ("${-amount}", -1500),
        ("${exact + 0.2}", Decimal("0.30")),
        ("${number + 1}", 13),
        ("${number == 12}", True),
        ("${answer == true}", True),
        ("${approved == 'true'}", True),
        ("${name == 5}", False),
        ("${nothing == null}", True),
        ("${nothing == 'x'}", False),
        ("${nothing > 3}", False),
        ("${null == null}", True),
        ("${empty nothing && empty ''}", True),
        ("${not empty tags}", True),
        ("${approved ? 'Mr.' : 'Mrs.'}", "Mr."),
        ("${amount > 1 ? amount > 2 ? 'a' : 'b' : 'c'}", "a"),
        ("${order.customer.name}", "Bo"),
        ("${order['first-name']}", "X"),
        ("${order.missing}", None),
        ("${order.missing.deeper}", None),
        ("${orders[1].price >= 100 && orders[1].price < 250}", True),
        ("${orders[7]}", None),
        ("${order.getPrice()}", 250),
        ("${order.isOpen()}", True),
        ("${order.containsKey('price')}", True),
        ("${order.get('price')}", 250),
        ("${order.prop('price').numberValue()}", 250),
        ("${tags.contains('a') && tags.size() == 2 && !tags.isEmpty()}", True),
        ("${tags.get(1)}", "b"),
        ("${name.toLowerCase().startsWith('ada')}", True),
        ("${name.substring(0, 3).concat('!')}", "Ada!"),
        ("${name.length()}", 12),
        ("${name.equals('x')}", False),
        ("${name.equalsIgnoreCase('ADA LOVELACE')}", True),
        ("${name.replace('Ada', 'A.')}", "A. Lovelace"),
        ("${'it\\'s'}", "it's"),
        ('${"a}b"}', "a}b"),
        ("${due.plusMonths(1)}", date(2026, 2, 28)),
        ("${at.plusHours(2).isAfter(at)}", True),
        ("${at.getTime()}", 1769846400000),
        ("${due.year}", 2026),
        ("Hello ${name}!", "Hello Ada Lovelace!"),
        ("${amount}/${price}", "1500/9.5"),
        ("[${nothing}] ${approved} ${due}", "[] true 2026-01-31"),
        ("${tags} ${order.customer}", '["a", "b"] {"name": "Bo"}'),
        ("costs \\${amount} or $5", "costs ${amount} or $5"),
        ("plain", "plain"),
        ("", ""),
        ("${4}", 4),
        ("${1.5e3}", 1500.0),
        ("${12L}", 12),
    ],
)
def test_an_expression_has_the_value_that_juel_gives_it(text: str, expected: Any) -> None:
    found = value_of(text)
    assert found == expected
    assert type(found) is type(expected)


def test_an_unset_variable_is_named() -> None:
    with pytest.raises(Failure, match=r"^The variable 'nrOf' is not set$") as raised:
        value_of("${nrOf == null}")
    assert raised.value.names == ("nrOf",)


def test_the_execution_is_seen_through_what_the_engine_offers() -> None:
    properties = {"processBusinessKey": "B-1", "processInstanceId": lambda: "7"}
    execution = Facade("execution", properties, {"getVariable": VARIABLES.get})
    functions = {"execution": execution, "currentUser": lambda: "ada"}
    assert value_of("${execution.processBusinessKey}-${execution.getProcessInstanceId()}", functions) == "B-1-7"
    assert value_of("${execution.getVariable('amount') + 1}", functions) == 1501
    assert value_of("${currentUser()}", functions) == "ada"
    with pytest.raises(Failure, match="has no method 'getEngineServices'"):
        value_of("${execution.getEngineServices()}", functions)


def test_the_names_are_the_variables_that_are_read() -> None:
    text = "${a.b + c[d]} ${execution.getVariable('e')} ${f(g)} ${true} ${x ? y : z}"
    assert parse(Expression(text, "juel")).names == {"a", "c", "d", "e", "g", "x", "y", "z"}


def test_now_is_what_the_clock_says() -> None:
    clock.freeze(datetime(2026, 5, 1, tzinfo=UTC))
    assert value_of("${now()}") == value_of("${dateTime().plusDays(0).toDate()}") == clock.now()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("${amount > name}", "'Ada Lovelace' is not a number"),
        ("${tags > 3}", "cannot be compared"),
        ("${amount + nothing}", "nothing (null) is not a number"),
        ("${amount && true}", "a number is neither true nor false"),
        ("${amount / 0}", "divided by zero"),
        ("${amount % 0}", "divided by zero"),
        ("${bean.call()}", "The variable 'bean' is not set"),
        ("${call()}", "There is no function 'call'"),
        ("${name.getClass()}", "has no method 'getClass'"),
        ("${name.class}", "has no 'class'"),
        ("${nothing.size()}", "'nothing' is null"),
        ("${name.substring(50)}", "has 12 characters"),
        ("${name.charAt('x')}", "'x' is not a number"),
    ],
)
def test_a_failing_expression_says_why_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Failure) as raised:
        value_of(text)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "${}",
        "${a",
        "${a b}",
        "${a +}",
        "${(a}",
        "${a ? b}",
        "${'a}",
        "${a..b}",
        "${a[}",
        "${f(}",
        "${;}",
        "${'it''s'}",
        "${a = 1}",
    ],
)
def test_text_that_is_not_juel_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="cannot be used"):
        parse(Expression(text, "juel", line=3))
