"""The test cases of the DMN Technology Compatibility Kit, by level; what does not come out right is excepted."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.dmn.kit import cases, comes_out, folders

CORPUS = Path(os.environ.get("CORPUS", "."))
EXCEPTIONS = Path(__file__).parents[1] / "exceptions-dmn.md"
FLOORS = {2: 100.0, 3: 99.5}
"""Percent of the test cases of a level that come out right; they only rise."""


def excepted() -> dict[str, set[str]]:
    """Folder to names of cases, from the table of exceptions."""
    found: dict[str, set[str]] = {}
    for line in EXCEPTIONS.read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| (\S+) \| (.+) \| .+ \|", line)
        if row and row[1] not in ("folder", "---"):
            found.setdefault(row[1], set()).update(row[2].replace("`", "").split())
    return found


def failures(folder: Path) -> dict[str, str]:
    return {case.name: told for model, case in cases(folder) if (told := comes_out(model, case))}


@pytest.mark.parametrize("folder", [*folders(CORPUS, 2), *folders(CORPUS, 3)], ids=lambda path: path.name)
def test_every_case_of_the_kit_comes_out_right_unless_it_is_excepted(folder: Path) -> None:
    found = failures(folder)
    known = excepted().get(folder.name, set())
    assert {name: told for name, told in found.items() if name not in known} == {}
    assert known - found.keys() == set(), "these come out right by now: take them out of the exceptions"


@pytest.mark.parametrize("level", [2, 3])
def test_a_level_of_the_kit_does_not_fall_below_its_floor(
    level: int, corpus: Path, record_property: Callable[[str, object], None]
) -> None:
    names = [name for folder in folders(corpus, level) for name in {case.name for _, case in cases(folder)}]
    lost = sum(len(excepted().get(folder.name, ())) for folder in folders(corpus, level))
    record_property("table", f"dmn level {level}: {len(names) - lost} of {len(names)} cases")
    assert 100 * (len(names) - lost) / len(names) >= FLOORS[level]
