"""FEEL passes the kit's expressions, but for those that are listed with the reason; the floors only rise."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from tests.conformance.feel.expressions import Outcome, cases, run

EXCEPTIONS = Path(__file__).parent.parent / "exceptions-feel.md"
ALL_CASES = 1_975
VALUES_PASSED = 856
ERRORS_PASSED = 1_105


@lru_cache(1)
def outcomes(corpus: Path) -> tuple[Outcome, ...]:
    return tuple(run(case) for case in cases(corpus))


def listed() -> set[str]:
    return set(re.findall(r"^\| (\w+) \|", EXCEPTIONS.read_text(encoding="utf-8"), re.MULTILINE)) - {"case"}


def table(found: Sequence[Outcome]) -> str:
    """How many of the expressions with a value, and of those that are errors, come out right."""
    kinds = {"values": False, "errors": True}
    of_kind = {name: [one for one in found if one.case.reports_error is error] for name, error in kinds.items()}
    told = (f"{sum(one.passed for one in those)} of {len(those)} {name}" for name, those in of_kind.items())
    return f"feel: {', '.join(told)}"


def test_every_expression_of_the_kit_is_evaluated(corpus: Path) -> None:
    assert len(outcomes(corpus)) == ALL_CASES


def test_values_come_out_as_the_kit_expects(corpus: Path) -> None:
    passed = [outcome for outcome in outcomes(corpus) if outcome.passed and not outcome.case.reports_error]
    assert len(passed) >= VALUES_PASSED


def test_errors_are_null_and_reported(corpus: Path) -> None:
    passed = [outcome for outcome in outcomes(corpus) if outcome.passed and outcome.case.reports_error]
    assert len(passed) >= ERRORS_PASSED


def test_what_does_not_pass_is_listed_with_the_reason_and_nothing_else_is(
    corpus: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("table", table(outcomes(corpus)))
    failed = {outcome.case.name: outcome.got for outcome in outcomes(corpus) if not outcome.passed}
    groups = Counter(outcome.case.group for outcome in outcomes(corpus) if not outcome.passed)
    assert set(failed) == listed(), failed
    assert set(groups) == {"0082-feel-coercion"}
