"""Scripts of models: what they may do, and that they do all of it or nothing."""

from typing import Any

import pytest

from server.errors import BpmnError, Failure, Invalid
from server.expressions import Expression, parse_script


def after(text: str, **variables: Any) -> dict[str, Any]:
    parse_script(Expression(text)).run(variables)
    return variables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = y = 1", {"x": 1, "y": 1}),
        ("a, (b, c) = 1, [2, 3]", {"a": 1, "b": 2, "c": 3}),
        ("n = 1\nn += 2\nn *= 5", {"n": 15}),
        ("x: int = 4", {"x": 4}),
        ("t = 0\nfor i in range(5):\n  if i == 3: break\n  t += i\nelse:\n  t = -1", {"t": 3, "i": 3}),
        ("t = 0\nfor i in range(4):\n  if i % 2: continue\n  t += i", {"t": 2, "i": 3}),
        ("n = 0\nwhile n < 3:\n  n += 1\nelse:\n  n = 10", {"n": 10}),
        ("d = {}\nd['a'] = [1]\nd.b = 2\nd['a'][0] += 5\ndel d['b']", {"d": {"a": [6]}}),
        ("x = 1\ndel x", {}),
        ("x = (1, 2)", {"x": [1, 2]}),
        ("a = 1\nif a == 2:\n  b = 2\nelif a == 1:\n  b = 3\nelse:\n  pass", {"a": 1, "b": 3}),
        ("for key, value in {'a': 1}.items():\n  x = key", {"key": "a", "value": 1, "x": "a"}),
        ("\n    x = 1\n    if x:\n        y = 2\n  ", {"x": 1, "y": 2}),
        ("x = 1\n    y = 2", {"x": 1, "y": 2}),
    ],
)
def test_the_statements_of_a_script_assign_variables(text: str, expected: dict[str, Any]) -> None:
    assert after(text) == expected


def test_lists_and_mappings_are_changed_by_their_methods() -> None:
    found = after("log.append(2)\nseen.update(b=2)\nlast = log.pop(0)", log=[1], seen={"a": 1})
    assert found == {"log": [2], "seen": {"a": 1, "b": 2}, "last": 1}


def test_a_change_of_true_for_one_is_a_change() -> None:
    assert after("log[0] = True", log=[1])["log"][0] is True


def test_a_script_that_fails_changes_nothing() -> None:
    log, scope = [1], {}
    scope["log"] = log
    with pytest.raises(Failure) as raised:
        parse_script(Expression("log.append(2)\nx = 1\ny = x + missing")).run(scope)
    assert scope == {"log": [1]}
    assert raised.value.line == 3
    assert raised.value.names == ("log", "missing", "x")


def test_variables_that_hold_the_same_list_do_not_share_it_afterwards() -> None:
    scope = after("b = a\nc = [a, a]", a=[1])
    scope["b"].append(2)
    scope["c"][0].append(3)
    assert scope["a"] == [1]
    assert scope["c"] == [[1, 3], [1]]


def test_only_what_has_changed_is_written() -> None:
    class Counting(dict[str, Any]):
        written: list[str] = []  # noqa: RUF012  # one object in this test

        def __setitem__(self, name: str, value: Any) -> None:
            self.written.append(name)
            super().__setitem__(name, value)

    scope = Counting(log=[1], other=[2])
    parse_script(Expression("log.append(len(other))")).run(scope)
    assert scope.written == ["log"]


def test_a_business_error_carries_its_code_and_what_was_assigned() -> None:
    scope: dict[str, Any] = {}
    with pytest.raises(BpmnError, match="too much") as raised:
        parse_script(Expression('reason = "limit"\nraise BpmnError("E1", "too much")')).run(scope)
    assert raised.value.code == "E1"
    assert raised.value.variables == {"reason": "limit"}
    assert scope == {}


def test_the_names_are_the_variables_that_are_read() -> None:
    assert parse_script(Expression("total = a + b\nn += 1\nlog.append(1)")).names == {"a", "b", "n", "log"}


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "def f(): pass",
        "class A: pass",
        "with x: pass",
        "try:\n  x = 1\nexcept: pass",
        "return 1",
        "global x",
        "raise ValueError('x')",
        "raise",
        "assert x",
        "break",
        "if x:\n  continue",
        "_x = 1",
        "x.__class__ = 1",
        "for _i in x: pass",
        "x: int",
        "a[1:2] = []",
        "*a, b = x",
        "x = lambda: 1",
        "async def f(): pass",
        "x = yield 1",
        "raise BpmnError('a') from x",
        "match x:\n  case 1: pass",
    ],
)
def test_what_scripts_may_not_use_is_refused_when_they_are_read(text: str) -> None:
    with pytest.raises(Invalid):
        parse_script(Expression(text))


def test_the_line_of_a_problem_is_that_of_the_model() -> None:
    with pytest.raises(Invalid) as raised:
        parse_script(Expression("x = 1\nimport os", line=40))
    assert raised.value.problems[0].line == 41
    assert "on line 2" in raised.value.message


def test_scripts_in_other_languages_are_refused() -> None:
    with pytest.raises(Invalid, match="groovy cannot be run here; write it in Python"):
        parse_script(Expression("x = 1", "groovy"))


@pytest.mark.parametrize("text", ["x = {1: 2}", "x = now", "x = {'a': execution}", "x = 1e308 * 10"])
def test_what_no_variable_can_hold_is_not_assigned(text: str) -> None:
    with pytest.raises(Failure):
        after(text)
