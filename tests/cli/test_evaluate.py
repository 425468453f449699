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
    first, empty, second, third, fourth = answers("feel", *lines)
    assert first == {"value": ["num", 2.5]}
    assert empty["error"].startswith("The line is not JSON")
    assert second["error"].startswith("The line is not JSON")
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


HOSTILE = [
    "",
    "   ",
    "null",
    "[1]",
    '"1 + 1"',
    '{"expr": 5}',
    '{"ctx": {}}',
    '{"expr": "a", "ctx": [1]}',
    '{"expr": "a", "ctx": {"a": 1}}',
    '{"expr": "a", "ctx": {"a": ["number", 1]}}',
    '{"expr": "a", "ctx": {"a": ["num", NaN]}}',
    '{"expr": "a", "ctx": {"a": ["num", "Infinity"]}}',
    '{"expr": "a", "ctx": {"a": ["num", 1e99999999999999999999]}}',
    '{"expr": "a", "ctx": {"a": ["num", ' + "9" * 9_999 + "]}}",
    '{"expr": "a", "ctx": {"a": ["bool", "false"]}}',
    '{"expr": "a", "ctx": {"a": ["date", "2026-02-30"]}}',
    '{"expr": "a", "ctx": {"a": ["ctx", [1]]}}',
    '{"expr": "a", "ctx": {"a": ' + '["list", [' * 3_000 + "]]" * 3_000 + "}}",
    "[" * 100_000,
    '{"expr": "' + "1" * 20_001 + '"}',
    '{"expr": "${1 +}"}',
    '{"expr": "1 +"}',
    "\x00",
]


@pytest.mark.parametrize("language", ["feel", "juel", "python"])
def test_whatever_a_line_holds_one_line_answers_it_and_the_next_is_read(language: str) -> None:
    honest = asked("${1 + 1}" if language == "juel" else "1 + 1")
    *told, last = answers(language, *HOSTILE, honest)
    assert len(told) == len(HOSTILE)
    assert last == {"value": ["num", 2]}
    assert all("error" in answer or language == "juel" for answer in told)


def test_bytes_that_are_no_text_are_answered_too() -> None:
    done = CliRunner().invoke(procession, ["evaluate", "feel"], input=b'\xff\xfe\n{"expr": "\xe9"}\n{"expr": "1"}')
    told = [json.loads(line) for line in done.output.splitlines()]
    assert told[0] == {"error": "The line is not UTF-8: byte 1 of it cannot be read."}
    assert [list(answer) for answer in told] == [["error"], ["error"], ["value"]]


def test_numbers_that_are_not_written_in_digits_alone_stay_json() -> None:
    [answer] = answers("feel", '{"expr": "[a, a * 10]", "ctx": {"a": ["num", 1e400]}}')
    assert answer["value"][0] == "list"


def test_a_value_that_is_small_in_memory_and_large_on_paper_is_an_error() -> None:
    [answer] = answers("feel", asked("for i in 1..20000 return s", s=["str", "a" * 20_000]))
    assert "more than 16 MB when it is written" in answer["error"]
