"""The models of Camunda 7's own tests: each deploys with nothing lost, or is refused for a reason to agree with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.vendors import readings
from tests.conformance.vendors.readings import Outcome

# Floors: these figures only rise. The first was 975 while scripts in foreign languages were handed to workers; since
# they are refused at deploy, 21 of these models need code of another platform, and both together are what they were.
RUNS_AT_LEAST = 962
RUNS_OR_NEEDS_CODE_AT_LEAST = 1074
MAPPED_AT_LEAST = 0.97


@pytest.fixture(scope="module")
def found(corpus: Path) -> tuple[Outcome, ...]:
    return readings.outcomes(corpus / "camunda7")


def test_as_many_models_run_as_before(found: tuple[Outcome, ...], record_property: Callable[[str, str], None]) -> None:
    record_property("table", readings.table("camunda7", found))
    assert sum(each.what == readings.RUNS for each in found) >= RUNS_AT_LEAST


def test_what_does_not_run_for_want_of_another_platform_is_no_more_than_it_was(found: tuple[Outcome, ...]) -> None:
    assert sum(each.what in (readings.RUNS, readings.FOREIGN_CODE) for each in found) >= RUNS_OR_NEEDS_CODE_AT_LEAST


def test_nearly_all_executable_models_have_no_unmapped_construct(found: tuple[Outcome, ...]) -> None:
    run, executable = readings.mapped(found)
    unmapped = [each.file for each in found if each.what == readings.NOT_MAPPED]
    assert run / executable >= MAPPED_AT_LEAST, "\n".join(unmapped)


def test_nothing_of_a_model_is_lost_in_silence(found: tuple[Outcome, ...]) -> None:
    lost = [f"{each.file}: {', '.join(each.lost)}" for each in found if each.lost]
    assert not lost, "\n".join(lost)


def test_every_refusal_names_what_where_and_why(found: tuple[Outcome, ...]) -> None:
    refused = [each for each in found if each.report.of("problem")]
    bare = [each.file for each in refused if any(not p.code or not p.text for p in each.report.of("problem"))]
    assert not bare, "\n".join(bare)
    crashed = [each.file for each in refused if "not-understood" in {p.code for p in each.report.told}]
    assert not crashed, "\n".join(crashed)
