"""Plays processes that a test draws itself, in the short notation of `tests.bpmn.models`."""

from typing import Any

from server.bpmn.definition import Process
from server.engine.construction import Program, construct
from tests.bpmn.models import model, read
from tests.processes.player import Player


def drawn(notation: str, roots: str = "", process: str = 'id="p" isExecutable="true"') -> tuple[Process, Program]:
    """The first process of a small model, which has nothing that keeps it from running."""
    reading = read(model(notation, roots, process))
    refusals = [problem.text for problem in reading.problems if problem.level == "problem"]
    assert refusals == [], refusals
    return reading.processes[0], construct(reading.processes[0])


def play(notation: str, roots: str = "", /, stores: dict[str, Any] | None = None, **variables: Any) -> Player:
    """Begin it at its plain start."""
    return Player(drawn(notation, roots), variables, person="ada", stores=stores)


def begin(notation: str, start: str, payload: dict[str, Any], roots: str = "", number: int = 0) -> Player:
    """Begin it at an event that has come."""
    return Player(drawn(notation, roots), payload, person="ada", start=start, number=number)
