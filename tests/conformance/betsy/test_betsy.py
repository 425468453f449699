"""Each feature of the standard that betsy tests does what it has to, or stands among the exceptions with its reason."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.betsy.cases import Case, passes, play, read_cases, refusal
from tests.conformance.betsy.models import without_thrown_events

FLOOR = 129  # of 136; it only rises
EXCEPTIONS = Path(__file__).parents[1] / "exceptions.md"


def excepted() -> set[str]:
    """The names of the cases in the table of exceptions under the heading of this corpus."""
    section = EXCEPTIONS.read_text().partition("## betsy/models")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| (\w+#\d+) \|", section, re.MULTILINE))


@pytest.fixture(scope="module")
def cases(corpus: Path) -> list[Case]:
    return read_cases(corpus / "betsy")


@pytest.fixture(scope="module")
def traces(cases: list[Case], corpus: Path) -> dict[str, list[str]]:
    return {case.name: play(case, content(case, corpus)) for case in cases}


def content(case: Case, corpus: Path) -> bytes:
    return (corpus / "betsy" / case.model).read_bytes()


def test_every_case_leaves_its_trace_or_is_an_exception(
    cases: list[Case], traces: dict[str, list[str]], record_property: Callable[[str, object], None], corpus: Path
) -> None:
    failed = [case for case in cases if not passes(case, traces[case.name])]
    record_property("table", table(cases, failed))
    unexpected = {
        case.name: (traces[case.name], refusal(case, content(case, corpus)))
        for case in failed
        if case.name not in excepted()
    }
    assert unexpected == {}


def test_what_is_an_exception_does_not_pass_after_all(cases: list[Case], traces: dict[str, list[str]]) -> None:
    assert not excepted() & {case.name for case in cases if passes(case, traces[case.name])}


def test_no_fewer_cases_pass_than_before(cases: list[Case], traces: dict[str, list[str]]) -> None:
    assert sum(passes(case, traces[case.name]) for case in cases) >= FLOOR


def test_no_case_passes_though_nothing_is_thrown(cases: list[Case], traces: dict[str, list[str]], corpus: Path) -> None:
    false = []
    for case in cases:
        silent = without_thrown_events(content(case, corpus))
        # A case that expects nothing to happen cannot be told from one in which nothing is thrown.
        if silent is not None and case.trace and passes(case, traces[case.name]) and passes(case, play(case, silent)):
            false.append(case.name)
    assert false == []


def table(cases: list[Case], failed: list[Case]) -> str:
    """How many cases of each group pass."""
    total, missed = Counter(case.group for case in cases), Counter(case.group for case in failed)
    rows = [f"{group:<12}{count - missed[group]:>5} of {count}" for group, count in total.items()]
    return "\n".join(["betsy", *rows, f"{'all':<12}{len(cases) - len(failed):>5} of {len(cases)}"])
