"""Each model of `betsy/invalid` breaks one constraint of the standard, and is refused for just that one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.bpmn import read_model
from server.errors import Invalid, Problem
from tests.conformance.invalid.constraints import CODES

FOLDER = Path(os.environ.get("CORPUS", ".")) / "betsy" / "invalid"
EXCEPTIONS = Path(__file__).parent.parent / "exceptions.md"
RIGHT = 0.95
"""The part of the models that is refused for the right constraint, at the least."""


def models() -> list[Path]:
    return sorted(FOLDER.glob("*/*.bpmn"))


def told(path: Path) -> tuple[str, tuple[Problem, ...]]:
    """What the file can be deployed for, and everything that keeps it from being run."""
    try:
        reading = read_model(path.read_bytes(), path.name)
    except Invalid as error:
        return "no", error.problems
    kept = tuple(problem for problem in reading.problems if problem.level in ("problem", "missing"))
    return str(reading.deployable), kept


def outcome(path: Path) -> str:
    """`right`, `wrong` (refused, but for something else) or `accepted`."""
    deployable, problems = told(path)
    if deployable == "run" or not problems:
        return "accepted"
    return "right" if CODES[path.parent.name] & {problem.code for problem in problems} else "wrong"


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    return {path.name: outcome(path) for path in models()}


def not_right(outcomes: dict[str, str]) -> Iterator[str]:
    return (name for name, found in outcomes.items() if found != "right")


def test_there_are_models_for_every_constraint_of_the_table() -> None:
    assert {path.parent.name for path in models()} == set(CODES)


def test_nearly_all_are_refused_for_the_right_constraint(
    outcomes: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    counts = {kind: sum(found == kind for found in outcomes.values()) for kind in ("right", "wrong", "accepted")}
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    record_property("table", f"betsy/invalid: of {len(outcomes)} models {told}")
    assert counts["right"] >= RIGHT * len(outcomes), list(not_right(outcomes))


def test_every_other_one_is_explained(outcomes: dict[str, str]) -> None:
    text = EXCEPTIONS.read_text(encoding="utf-8")
    assert [name for name in not_right(outcomes) if name not in text] == []


def test_no_explanation_is_left_over(outcomes: dict[str, str]) -> None:
    text = EXCEPTIONS.read_text(encoding="utf-8")
    assert [name for name, found in outcomes.items() if found == "right" and name in text] == []


@pytest.mark.parametrize("path", models(), ids=lambda path: path.stem)
def test_each_problem_has_a_sentence_and_a_code(path: Path) -> None:
    for problem in told(path)[1]:
        assert problem.code
        assert problem.text.endswith((".", ")"))
