"""Attacks on each expression language: every one ends in a clear sentence, within a second and 64 MB."""

from threading import Thread
from typing import Any

import pytest

from server.errors import Failure, Invalid
from server.expressions import Expression, parse, parse_script
from tests.expressions.attacks import in_feel, in_juel, in_python
from tests.expressions.attacks.bounds import bounded

SCOPE = {"s": "a" * 20_000, "x": 1, "m": {"a": 1}, "l": [3, 1, 2]}
LANGUAGES = {"feel": in_feel.ATTACKS, "juel": in_juel.ATTACKS, "python": in_python.ATTACKS}
ATTACKS = [(language, text) for language, texts in LANGUAGES.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), ATTACKS, ids=lambda value: value[:40] if value else "")
def test_an_attack_ends_in_a_clear_failure_soon_and_small(language: str, text: str) -> None:
    with bounded(), pytest.raises((Failure, Invalid)) as raised:
        parse(Expression(text, language)).evaluate(SCOPE)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_withstands_sixty_attacks_or_more(language: str) -> None:
    assert len(set(LANGUAGES[language])) >= 60


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)*(a|aa)*b", "(a|a)*c", "((a*)*)*d", "(a?){100}a{100}"])
def test_patterns_that_are_catastrophic_elsewhere_simply_have_an_answer(pattern: str) -> None:
    text = "a" * 30 + "!"
    with bounded():
        assert parse(Expression(f'matches("{text}", "{pattern}")', "feel")).evaluate({}) is False


def test_what_an_attack_leaves_behind_hinders_nobody() -> None:
    with pytest.raises(Failure):
        parse(Expression("{f: function(x) f(x), r: f(1)}.r", "feel")).evaluate({})
    assert parse(Expression("sum(for i in 1..100 return i)", "feel")).evaluate({}) == 5_050


def test_the_deepest_expression_that_is_accepted_can_be_evaluated_in_a_small_thread() -> None:
    outcome: list[Any] = []

    def evaluate() -> None:
        outcome.append(parse(Expression("(" * 80 + "7" + ")" * 80, "feel")).evaluate({}))
        outcome.append(parse(Expression("[" * 80 + "7" + "]" * 80 + "[1]" * 5, "feel")).evaluate({}))

    thread = Thread(target=evaluate)
    thread.start()
    thread.join()
    assert len(outcome) == 2


@pytest.mark.parametrize("language", ["javascript", "groovy", "ecmascript", "ruby"])
def test_other_languages_are_refused_with_their_line_and_a_hint(language: str) -> None:
    for read in (parse, parse_script):
        with pytest.raises(Invalid) as raised:
            read(Expression("x > 1", language, 17))
        [problem] = raised.value.problems
        assert problem.line == 17
        assert language in problem.text
        assert "Python" in problem.text
