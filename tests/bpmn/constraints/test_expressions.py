"""Expressions are there, can be executed, and yield what is needed."""

import pytest

from tests.bpmn.models import around, codes, the_problem

FORMAL = 'xsi:type="tFormalExpression"'


def loop(condition: str, attributes: str = "") -> bytes:
    inside = f"<loopCondition {attributes}>{condition}</loopCondition>"
    return around(f"<task id='x'><standardLoopCharacteristics>{inside}</standardLoopCharacteristics></task>")


@pytest.mark.parametrize("condition", ["not yet enough", "enough", "Enough."])
def test_natural_language_is_refused_where_it_should_be_executed(condition: str) -> None:
    assert "expression-not-formal" in codes(loop(condition))


@pytest.mark.parametrize("condition", ["${enough}", "count > 3", "not(enough)", "true"])
def test_what_shows_that_it_is_an_expression_needs_no_mark(condition: str) -> None:
    assert "expression-not-formal" not in codes(loop(condition))


def test_an_expression_that_is_marked_may_be_one_word() -> None:
    assert codes(loop("enough", FORMAL)) == set()
    assert codes(loop("enough", 'language="python"')) == set()


def test_an_expression_that_says_nothing_is_refused() -> None:
    assert "empty-expression" in codes(loop("", FORMAL))


@pytest.mark.parametrize("literal", ["23", "-1.5", '"yes"', "'no'"])
def test_a_condition_is_no_number_and_no_text(literal: str) -> None:
    assert "conditions-are-true-or-false" in codes(loop(literal, FORMAL))


def script(text: str, attributes: str = "") -> bytes:
    return around(f"<scriptTask id='x' {attributes}><script>{text}</script></scriptTask>")


def test_a_script_that_does_not_say_its_language_is_python() -> None:
    assert codes(script("total = 1")) == set()


def test_a_script_that_is_neither_said_nor_seen_to_be_python_is_refused() -> None:
    assert "scripts-name-their-language" in codes(script("def x = new Order()"))


@pytest.mark.parametrize("language", ["python", "JavaScript", "text/x-groovy", "application/javascript"])
def test_a_script_names_its_language_by_a_known_name_or_a_mime_type(language: str) -> None:
    code = "scripts-name-their-language"
    assert code not in codes(script("total = 1", f'scriptFormat="{language}"'), "problem", "missing")
    assert code in codes(script("total = 1", 'scriptFormat="INVALID"'), "problem", "missing")


def test_a_file_that_is_python_throughout_may_name_a_time_by_one_word() -> None:
    definition = "<timerEventDefinition><timeDuration>patience</timeDuration></timerEventDefinition>"
    data = around(f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>')
    assert the_problem(data).startswith('"patience" is no time')
    stated = data.replace(
        b"<definitions ", b'<definitions xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    )
    assert codes(stated) == set()
