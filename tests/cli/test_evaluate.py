"""`procession evaluate`: a line in, a line out, in each language, with the limits of an instance."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import procession


def answers(language: str, *lines: str) -> list[Any]:
    done = CliRunner().invoke(procession, ["evaluate", language], input="\n".join(lines) + "\n")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def asked(text: str, **context: Any) -> str:
    return json.dumps({"expr": text, "ctx": context})


def test_each_line_is_answered_by_one() -> None:
    lines = asked("a + 1", a=["num", 1.5]), "", "nonsense", asked("1 +"), asked('"x"')
    first, second, third, fourth = answers("feel", *lines)
    assert first == {"value": ["num", 2.5]}
    assert second["error"].startswith("A line has to be JSON such as")
    assert third == {"error": "The expression `1 +` cannot be used: a value is missing at its end (column 4)."}
    assert fourth == {"value": ["str", "x"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", ["num", 0.3]),
        ("[1, null, true]", ["list", [["num", 1], ["null"], ["bool", True]]]),
        ('{a: @"2026-01-31"}', ["ctx", {"a": ["date", "2026-01-31"]}]),
        ('@"08:30:00Z"', ["time", "08:30:00Z"]),
        ('@"2026-01-31T08:30:00@Europe/Berlin"', ["dateTime", "2026-01-31T08:30:00@Europe/Berlin"]),
        ('@"PT36H"', ["dayTimeDuration", "P1DT12H"]),
        ('@"P14M"', ["yearMonthDuration", "P1Y2M"]),
        ("[1..3]", ["str", "[1..3]"]),
        ("{a: 1}.b", ["null"]),
    ],
)
def test_values_carry_their_tags(text: str, expected: Any) -> None:
    assert answers("feel", asked(text)) == [{"value": expected}]


def test_values_come_in_with_tags_too() -> None:
    context: dict[str, Any] = {
        "Full Name": ["str", "Ada"],
        "a-b": ["num", 3],
        "d": ["date", "2026-01-31"],
        "p": ["dayTimeDuration", "P1D"],
        "c": ["ctx", {"e-mail": ["str", "x@y"], "list": ["list", [["bool", True], ["null"]]]}],
    }
    line = json.dumps({"expr": "[Full Name, a-b, d + p, c.e-mail, c.list[2]]", "ctx": context})
    tagged = [["str", "Ada"], ["num", 3], ["date", "2026-02-01"], ["str", "x@y"], ["null"]]
    assert answers("feel", line) == [{"value": ["list", tagged]}]


def test_digits_beyond_a_float_are_kept() -> None:
    done = CliRunner().invoke(procession, ["evaluate", "feel"], input=asked("1/3") + "\n")
    assert done.output == '{"value": ["num", 0.' + "3" * 34 + "]}\n"


def test_a_null_that_came_of_an_error_is_told_with_its_reason() -> None:
    told = {"value": ["null"], "error": "a number and a string cannot be added (column 1)"}
    assert answers("feel", asked('1 + "a"')) == [told]
    assert answers("feel", asked("1.0 / 0.0"))[0]["value"] == ["null"]


def test_the_other_languages_answer_alike() -> None:
    assert answers("juel", asked("${a > 1 && execution.getVariable('a') == 2}", a=["num", 2])) == [
        {"value": ["bool", True]}
    ]
    assert answers("python", asked("[x * 2 for x in list]", list=["list", [["num", 1], ["num", 2.5]]])) == [
        {"value": ["list", [["num", 2], ["num", 5]]]}
    ]
    assert "begins with an underscore" in answers("python", asked("__import__('os')"))[0]["error"]


def test_limits_hold_as_they_do_in_an_instance() -> None:
    [answer] = answers("feel", asked("for i in 1..10**9 return i"))
    assert "a list grows beyond 100,000 entries" in answer["error"]
