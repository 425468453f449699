"""Which languages there are."""

import pytest

from server.errors import Invalid
from server.expressions import Expression, parse


def test_text_stands_for_itself() -> None:
    compiled = parse(Expression("${amount}", "text"))
    assert compiled.evaluate({}) == "${amount}"
    assert compiled.names == frozenset()


def test_feel_is_refused_with_a_way_out() -> None:
    with pytest.raises(Invalid, match=r"^FEEL is not understood yet: write \$\{\.\.\.\} or a Python expression\.$"):
        parse(Expression("a > 1", "feel"))


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(Invalid, match="'groovy' is not understood"):
        parse(Expression("a > 1", "groovy"))
