"""Attacks on the expression languages: each ends soon, in a clear sentence, with the server alive."""

import resource
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import thread_time
from typing import Any

import pytest

from server.errors import Failure, Invalid
from server.expressions import Expression, parse, parse_script

LIST_OF_LISTS = "[a for a in [1] " + "for a in [[a, a]] " * 40 + "]"
EXPRESSIONS = [
    "'a' * 10**9",
    "10**10**10",
    "10**308**2",
    "2**1024*2**1024",
    "[0] * 10**9",
    "[[0] * 1000] * 99999 * 10",
    "(1,) * 10**9",
    "list(range(10**9))",
    "range(10**30)",
    "len(range(0, 10**20, 3))",
    "('a' * 1000).replace('a', 'b' * 100000)",
    "('a' * 1000).replace('a', 'a' * 1000).replace('a', 'a' * 1000)",
    "'x'.ljust(10**9)",
    "'x'.zfill(10**9)",
    "('y' * 99999).join(['x'] * 99999)",
    "[a + b + c for a in range(1000) for b in range(1000) for c in range(1000)]",
    "sum(i for i in range(99999) for j in range(99999))",
    "[('x' * 999999) for i in range(99999)]",
    "[[i] * 99999 for i in range(99999)]",
    "{i: 'x' * 1000 for i in range(99999)}",
    LIST_OF_LISTS,
    f"str({LIST_OF_LISTS})",
    f"{LIST_OF_LISTS} == {LIST_OF_LISTS}",
    f"{LIST_OF_LISTS} in {LIST_OF_LISTS}",
    "int('9' * 5000)",
    "int(Decimal('1e999999'))",
    "round(Decimal('1e999999'))",
    "round(1, -10**9)",
    "f\"{Decimal('1e999999'):f}\"",
    "Decimal('1e999999') ** 999999",
    "date('9999-12-31') + timedelta(days=9)",
    "timedelta(days=999999999) * 999999999",
    "[[i for i in range(99999)] for j in range(99999)]",
]
SCRIPTS = [
    "while True: pass",
    "x = [1]\nfor i in x: x.append(i)\nwhile x: x.append(1)",
    "a = []\nfor i in range(60): a = [a, a]",
    "a = []\nfor i in range(60): a = [a, a]\nb = str(a)",
    "a = []\nb = []\nfor i in range(60):\n  a = [a, a]\n  b = [b, b]\nc = a == b",
    "a = []\nb = []\nfor i in range(60):\n  a = [a, a]\n  b = [b, b]\nc = a < b",
    "a = []\nfor i in range(60): a = [a, a]\nc = sorted([a, a])",
    "a = []\nfor i in range(60): a = {'x': a, 'y': a}\nc = a in [a]",
    "a = []\nfor i in range(99999): a = [a]",
    "a = []\nfor i in range(99999): a = [a]\nb = f'{a}'",
    "a = []\na.append(a)",
    "a = {}\na['a'] = a\nb = str(a)",
    "s = 'a'\nwhile True: s += s",
    "n = 2\nwhile True: n = n * n",
    "x = []\nwhile True: x.extend(x or [1])",
    "d = {}\ni = 0\nwhile True:\n  d[i] = 'x' * 100000\n  i += 1",
    "x = []\nfor i in range(99999): x.insert(0, range(99999))",
    "a = 1,\nfor i in range(60): a = a, a\nd = {a: 1}",
    "d = {}\nfor i in range(99999): d.setdefault(i, [0] * 1000)",
    "x = 0.5\nwhile True: x = -x",
]
JUEL = [
    "${x" + ".replace('a', '" + "a" * 200 + "')" + (".replace('a', '" + "a" * 200 + "')") * 20 + "}",
    "${" + " * ".join(["99999999999999999999"] * 100) + "}",
    "${x}" * 3000,
]


@pytest.fixture(autouse=True)
def _memory_stays_within_300_megabytes() -> Any:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as counts:  # noqa: PTH123  # a file of the kernel
        now = int(counts.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 300_000_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def ends_soon(act: Callable[[], object]) -> str:
    started = thread_time()
    with pytest.raises((Failure, Invalid)) as raised:
        act()
    assert thread_time() - started < 4
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_that_asks_for_too_much_fails(text: str) -> None:
    ends_soon(lambda: parse(Expression(text)).evaluate({}))


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_that_asks_for_too_much_fails(text: str) -> None:
    scope: dict[str, Any] = {}
    ends_soon(lambda: parse_script(Expression(text)).run(scope))
    assert scope == {}


@pytest.mark.parametrize("text", JUEL)
def test_juel_that_asks_for_too_much_fails(text: str) -> None:
    ends_soon(lambda: parse(Expression(text, "juel")).evaluate({"x": "a" * 1000}))


@pytest.mark.parametrize("count", [50, 150, 5_000, 100_000])
@pytest.mark.parametrize(
    "make",
    [
        lambda n: "(" * n + "1" + ")" * n,
        lambda n: "[" * n + "]" * n,
        lambda n: "-" * n + "1",
        lambda n: "not " * n + "x",
        lambda n: "x" + ".x" * n,
        lambda n: "x" + "[0]" * n,
        lambda n: "x" + "()" * n,
        lambda n: "1" + "+1" * n,
        lambda n: "1 if x else " * n + "1",
        lambda n: "len(" * n + "x" + ")" * n,
        lambda n: "f'{" * n,
        lambda n: "(" * n,
        lambda n: "x" * n,
        lambda n: "9" * n,
    ],
)
def test_nesting_and_length_never_end_the_server(make: Callable[[int], str], count: int) -> None:
    text = make(count)
    for language in ("python", "juel"):
        written = "${" + text + "}" if language == "juel" else text
        with suppress(Failure, Invalid):
            parse(Expression(written, language)).evaluate({"x": 1})


def test_the_deepest_text_that_is_accepted_can_be_evaluated_in_a_small_thread() -> None:
    outcome: list[object] = []

    def evaluate() -> None:
        outcome.append(parse(Expression("-" * 80 + "7")).evaluate({}))
        outcome.append(parse(Expression("${" + "(" * 80 + "7" + ")" * 80 + "}", "juel")).evaluate({}))

    thread = Thread(target=evaluate)
    thread.start()
    thread.join()
    assert outcome == [7, 7]


@pytest.mark.parametrize("language", ["python", "juel"])
def test_a_text_beyond_the_limit_is_refused(language: str) -> None:
    with pytest.raises(Invalid, match="longer than 20,000 characters"):
        parse(Expression("${1 " + " " * 30_000 + "}", language))


def test_a_long_variable_can_still_be_read() -> None:
    text = "x" * 3_000_000
    assert parse(Expression("len(text) + text.count('x')")).evaluate({"text": text}) == 6_000_000


@pytest.mark.parametrize(
    ("language", "text"),
    [("feel", "for i in 1..20000 return s"), ("feel", "[{a: for i in 1..2000 return s}]"), ("python", "[s] * 20_000")],
)
def test_a_value_that_is_small_in_memory_and_large_on_paper_is_not_handed_back(language: str, text: str) -> None:
    with pytest.raises(Failure, match="more than 16 MB when it is written"):
        parse(Expression(text, language)).evaluate({"s": "a" * 20_000})


def test_a_text_that_came_from_outside_is_handed_back_whatever_its_length() -> None:
    long = "a" * 20_000_000
    assert parse(Expression("document", "feel")).evaluate({"document": long}) == long


@pytest.mark.parametrize("text", ["substring(u, 2)", "lower case(u)", "trim(u)"])
def test_characters_beyond_ascii_count_for_what_they_take(text: str) -> None:
    with pytest.raises(Failure, match="more than 48 MB"):
        parse(Expression(f"for i in 1..200 return {text}", "feel")).evaluate({"u": " " + "\U0001f600x" * 60_000})
