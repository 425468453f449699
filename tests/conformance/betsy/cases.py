"""Runs the cases: a model, a process in it, what it is started with, and the trace that it is to leave."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.errors import Invalid, Rejection
from tests.conformance.betsy.models import read, runnable
from tests.conformance.betsy.world import World


@dataclass(frozen=True)
class Case:
    """One run of one model. `number` tells the runs of a model apart."""

    group: str
    process: str
    model: str
    number: int
    test: str | None
    integer: int
    wait: timedelta
    with_parallel_process: bool
    trace: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.process}#{self.number}"


def read_cases(folder: Path) -> list[Case]:
    """Every case of the corpus, in its order."""
    entries: list[dict[str, Any]] = json.loads((folder / "cases.json").read_text())
    return [
        Case(
            entry["group"],
            entry["process"],
            entry["model"],
            number,
            run["test"],
            run["integerVariable"],
            timedelta(milliseconds=run["wait_ms"]),
            run["start_parallel_process"],
            tuple(run["trace"]),
        )
        for entry in entries
        for number, run in enumerate(entry["runs"])
    ]


def play(case: Case, content: bytes) -> list[str]:
    """The trace that the model leaves; of a model that is refused, that it was."""
    try:
        reading = read(content, case.model)
    except Invalid:
        return ["ERROR_deployment"]
    if reading.refused:
        return ["ERROR_deployment"]
    world = World(reading.processes, {"test": case.test, "integerVariable": case.integer})
    try:
        if case.with_parallel_process:
            world.start("ParallelProcess")
        world.start(case.process)
    except Rejection:
        return ["ERROR_deployment"]
    world.wait(case.wait)
    return world.trace()


def passes(case: Case, trace: list[str]) -> bool:
    """Whether a trace is the expected one, in whatever order. `ERROR` stands for any failure but a thrown error; the
    marker counts where it is asked for."""
    told = Counter(trace)
    if "ERROR" in case.trace:
        told["ERROR"] = told.pop("ERROR_deployment", 0) + told.pop("ERROR_runtime", 0)
    if "MARKER_exists" not in case.trace:
        del told["MARKER_exists"]
    return told == Counter(case.trace)


def refusal(case: Case, content: bytes) -> str:
    """Why a model cannot be deployed; empty when it can."""
    problems = [problem for problem in read(content, case.model).problems if problem.level == "problem"]
    return "; ".join(problem.text for problem in problems)


__all__ = ["Case", "passes", "play", "read_cases", "refusal", "runnable"]
