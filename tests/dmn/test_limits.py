"""No text of a decision does harm, wherever it stands: each attack ends soon, in a failure or in null."""

import contextlib
import time

import pytest

from server import dmn
from server.errors import Failure
from tests.dmn.models import decision, file, literal, prepared, problems, table

ATTACKS = {
    "a huge range": "for i in 1..1000000000 return i",
    "loops in loops": "for a in 1..9999 return for b in 1..9999 return for c in 1..9999 return a + b + c",
    "a huge power": "9999999999 ** 9999999999 ** 9999999999",
    "a text that doubles": 'for i in 1..60 return string join(for j in partial return j + j + "aaaaaaaaaa")',
    "a catastrophic pattern": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    "a replacement that grows": 'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*b", "x")',
    "a function that calls itself": "{f: function(g) g(g), x: f(f)}.x",
    "deep nesting": "(" * 5000 + "1" + ")" * 5000,
    "many lists": "[" * 3000 + "]" * 3000,
    "attributes of the machine": '"".__class__.__mro__',
    "an import": '__import__("os").system("true")',
    "a format": 'string("{0.__class__}")',
}
PLACES = {
    "expression": lambda text: decision("d", literal(text)),
    "input": lambda text: decision("d", table([text], ["x"], [["1", "1"]])),
    "cell": lambda text: decision("d", table(["a"], ["x"], [[f"? = {text}", "1"]])),
    "output": lambda text: decision("d", table(["a"], ["x"], [["-", text]])),
    "default": lambda text: decision("d", table(["a"], ["x"], [["1", "1"]], default=text)),
    "allowed values": lambda text: decision("d", table(["a"], ["x"], [["1", "1"]], allowed=f"? = {text}")),
}


HARMLESS = (None, False, "{0.__class__}", "a" * 37)
"""What an attack may come to: nothing, a pattern that does not match, a text that stays what it is."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_soon_in_a_failure_or_in_something_harmless(attack: str, place: str) -> None:
    data = file(PLACES[place](ATTACKS[attack]))
    began = time.process_time()
    with contextlib.suppress(Failure):
        assert dmn.decide(prepared(data), "d", {"a": 7}).value in HARMLESS
    assert time.process_time() - began < 2


def test_boxes_in_boxes_have_an_end() -> None:
    nested = "<list>" * 200 + literal("1") + "</list>" * 200
    assert "nested more than 40 deep" in problems(file(decision("d", nested)))[0].text


def test_decisions_that_require_each_other_in_a_long_chain_are_made_or_fail() -> None:
    chain = "".join(decision(f"d{n}", literal(f"d{n + 1} + 1"), [f"d{n + 1}"]) for n in range(300))
    data = file(chain + decision("d300", literal("0")))
    with pytest.raises(Failure, match="nested more than"):
        dmn.decide(prepared(data), "d0", {})
    assert dmn.decide(prepared(data), "d260", {}).value == 40


def test_required_decisions_in_a_circle_end_in_a_failure() -> None:
    data = file(decision("a", literal("b"), ["b"]) + decision("b", literal("a"), ["a"]))
    with pytest.raises(Failure):
        dmn.decide(prepared(data), "a", {})
