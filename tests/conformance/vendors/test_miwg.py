"""What editors export, as the OMG's model interchange working group collects it: everything can at least be shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.vendors import readings
from tests.conformance.vendors.readings import Outcome

SECONDS = 2.0
# Floors: these figures only rise. One of the 92 has its conditions in JavaScript, which is refused at deploy.
RUNS_AT_LEAST = 91
RUNS_OR_NEEDS_CODE_AT_LEAST = 92


@pytest.fixture(scope="module")
def found(corpus: Path) -> tuple[Outcome, ...]:
    return readings.outcomes(corpus / "miwg")


def test_every_file_can_be_deployed_to_run_or_for_documentation(
    found: tuple[Outcome, ...], record_property: Callable[[str, str], None]
) -> None:
    record_property("table", readings.table("miwg", found))
    refused = [each.file for each in found if each.report.deployable == "no"]
    assert not refused, "\n".join(refused)
    assert sum(each.report.deployable == "run" for each in found) >= RUNS_AT_LEAST
    able = (readings.RUNS, readings.FOREIGN_CODE)
    assert sum(each.what in able for each in found) >= RUNS_OR_NEEDS_CODE_AT_LEAST


def test_what_is_kept_for_documentation_has_reasons(found: tuple[Outcome, ...]) -> None:
    silent = [
        each.file
        for each in found
        if each.report.deployable == "documentation" and not each.report.of("problem", "missing", "ignored")
    ]
    assert not silent, "\n".join(silent)


def test_no_file_takes_long(found: tuple[Outcome, ...]) -> None:
    slow = [each.file for each in found if each.report.seconds > SECONDS]
    assert not slow, "\n".join(slow)


def test_nothing_of_a_model_is_lost_in_silence(found: tuple[Outcome, ...]) -> None:
    lost = [f"{each.file}: {', '.join(each.lost)}" for each in found if each.lost]
    assert not lost, "\n".join(lost)
