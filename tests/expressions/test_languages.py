"""Which languages there are."""

import pytest

from server.errors import Invalid
from server.expressions import Expression, parse


def test_text_stands_for_itself() -> None:
    compiled = parse(Expression("${amount}", "text"))
    assert compiled.evaluate({}) == "${amount}"
    assert compiled.names == frozenset()


@pytest.mark.parametrize(("language", "text"), [("feel", "a + 1"), ("juel", "${a + 1}"), ("python", "a + 1")])
def test_each_language_calculates_with_the_same_variables(language: str, text: str) -> None:
    assert parse(Expression(text, language)).evaluate({"a": 2}) == 3


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(Invalid, match="language groovy cannot be run here"):
        parse(Expression("a > 1", "groovy"))
