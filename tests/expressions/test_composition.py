"""Lists and maps whose parts are expressions of any language."""

import json
from typing import Any

import pytest

from server.errors import Invalid
from server.expressions import Expression, parse


def composed(part: Any) -> Any:
    return parse(Expression(json.dumps(part), "composition", 1))


def test_a_composition_is_evaluated_part_by_part() -> None:
    part = ["map", {"a": ["list", [["value", "x", "text", 1], ["value", "n + 1", "python", 2]]], "b": ["map", {}]}]
    assert composed(part).evaluate({"n": 1}) == {"a": ["x", 2], "b": {}}
    assert composed(part).names == {"n"}


def test_a_part_that_is_not_understood_is_refused() -> None:
    with pytest.raises(Invalid):
        composed(["list", [["value", "n +", "python", 3]]])
