"""The methods that JUEL may call: those of Java's texts, numbers, lists, maps and dates, of Spin and of Flowable."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.errors import Failure, Invalid
from server.expressions import Expression, parse

SCOPE: dict[str, Any] = {
    "s": "Hello World",
    "n": 5,
    "f": 2.5,
    "l": [3, 1, 2, 1],
    "m": {"a": 1, "b": {"c": "x"}},
    "d": date(2026, 1, 31),
    "t": datetime(2026, 1, 31, 8, 30, tzinfo=UTC),
    "nothing": None,
    "js": '{"customer": {"name": "Ada", "age": 36, "tags": ["a", "b"]}}',
}


def value_of(text: str) -> Any:
    return parse(Expression(text, "juel")).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${s.matches('Hello.*')}", True),
        ("${s.matches('World')}", False),
        ("${s.replaceAll('[aeiou]', '_')}", "H_ll_ W_rld"),
        ("${s.replaceAll('(W)(o)', '$2$1')}", "Hello oWrld"),
        ("${s.replaceFirst('o', '0')}", "Hell0 World"),
        ("${s.repeat(2)}", "Hello WorldHello World"),
        ("${s.split(' ')[1]}", "World"),
        ("${s.split('\\\\s+')[0]}", "Hello"),
        ("${'a,b,,'.split(',').size()}", 2),
        ("${s.indexOf('o', 5)}", 7),
        ("${s.compareToIgnoreCase('hello world') == 0}", True),
        ("${n.add(f).multiply(2)}", 15.0),
        ("${n.compareTo(4) gt 0 and n.signum() eq 1}", True),
        ("${l.subList(1, 3)}", [1, 2]),
        ("${l.getFirst() + l.last}", 4),
        ("${l.lastIndexOf(1)}", 3),
        ("${l.containsAll(l.subList(0, 2))}", True),
        ("${m.entrySet()[0].value}", 1),
        ("${m.getOrDefault('z', 7)}", 7),
        ("${d.getDayOfWeek()}", "SATURDAY"),
        ("${d.lengthOfMonth()}", 31),
        ("${d.plusDays(1)}", date(2026, 2, 1)),
        ("${t.toLocalTime().hour}", 8),
        ("${t.toLocalDate().isEqual(d)}", True),
        ("${S(js).prop('customer').prop('name').stringValue()}", "Ada"),
        ("${JSON(js).prop('customer').prop('age').numberValue() >= 18}", True),
        ("${S(js).prop('customer').prop('tags').elements().size()}", 2),
        ("${S(js).prop('customer').hasProp('email')}", False),
        ("${vars:eq(n, 5)}", True),
        ("${variables:get(unknown)}", None),
        ("${vars:getOrDefault('unknown', 7)}", 7),
        ("${vars:isEmpty(nothing) && vars:isNotEmpty('s')}", True),
        ("${vars:contains(l, 3, 1)}", True),
        ("${var:lt(unknown, 5)}", False),
        ("${n > 3 ? vars:get(n) : 0}", 5),
        ("${empty nothing ? s:n}", "Hello World"),
    ],
)
def test_a_method_gives_what_it_gives_in_java(text: str, expected: Any) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${s.matches('(')}", r"the pattern '\(' cannot be used: a '\)' is missing"),
        ("${l.subList(2, 9)}", "the list has 4 entries and no part from 2 to 9"),
        ("${S('{')}", "the text is not JSON"),
        ("${vars:nonsense(n)}", "There is no function 'vars:nonsense'"),
        ("${l.add(1)}", "has no method 'add'"),
        ("${s.getClass()}", "has no method 'getClass'"),
    ],
)
def test_what_cannot_be_called_is_told_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(Failure, match=reason):
        value_of(text)


@pytest.mark.parametrize("text", ["${vars:get()}", "${vars:get(1 + 2)}", "${s.__class__}"])
def test_what_can_have_no_meaning_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="cannot be used"):
        value_of(text)


def test_the_variable_that_a_function_asks_about_is_among_the_names() -> None:
    assert parse(Expression("${vars:eq(status, other)}", "juel")).names == {"status", "other"}
