"""The stand-alone expressions of the kit, each evaluated and compared with what the kit expects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from server.errors import Failure, Invalid
from server.expressions.feel import parse_expression, shown
from server.expressions.feel.comparison import same
from server.expressions.feel.run import Report
from server.expressions.feel.tagged import from_tagged


@dataclass(frozen=True)
class Case:
    """One expression of the kit; `number` is its place in the file, `group` the kit's folder."""

    number: int
    level: str
    group: str
    name: str
    text: str
    context: dict[str, Any]
    expected: Any
    reports_error: bool

    @property
    def key(self) -> str:
        return f"{self.group}/{self.name}/{self.number}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case: whether it is as expected, and how it is not."""

    case: Case
    passed: bool
    got: str


def cases(corpus: Path) -> Iterator[Case]:
    for number, entry in enumerate(json.loads((corpus / "feel" / "expressions.json").read_text(encoding="utf-8"))):
        context = {key: from_tagged(value) for key, value in entry["ctx"].items()}
        expected = from_tagged(entry["exp"])
        yield Case(number, entry["lvl"], entry["dir"], entry["tc"], entry["expr"], context, expected, entry["err"])


def run(case: Case) -> Outcome:
    reports: list[Report] = []
    try:
        expression = parse_expression(case.text, case.context.keys())
        value = expression.evaluate(case.context, reports=reports)
    except (Invalid, Failure) as error:
        return Outcome(case, case.reports_error, f"{type(error).__name__}: {error}")
    if case.reports_error:
        return Outcome(case, value is None and bool(reports), f"{shown(value)} with {len(reports)} reports")
    return Outcome(case, alike(value, case.expected), shown(value))


def alike(value: Any, expected: Any) -> bool:
    """Equal, numbers to 8 decimal places of each other, as the kit compares them."""
    if type(value) is Decimal and type(expected) is Decimal:
        return abs(value - expected) <= max(Decimal("1e-8"), abs(expected) * Decimal("1e-13"))
    if type(value) is list and type(expected) is list:
        return len(value) == len(expected) and all(map(alike, value, expected))
    if type(value) is dict and type(expected) is dict:
        return value.keys() == expected.keys() and all(alike(item, expected[key]) for key, item in value.items())
    return same(value, expected)
