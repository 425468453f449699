"""Draws and plays small models in the words of one vendor, and keeps a table of which words are tried where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server.bpmn.dialects import camunda, flowable
from server.engine.construction import construct
from tests.bpmn.models import NAMESPACES, content, read
from tests.processes.player import Player

SPIFFWORKFLOW = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
FAMILY = (*camunda.NAMESPACES, *flowable.NAMESPACES)
Case = Callable[["Vendor"], None]


@dataclass(frozen=True)
class Vendor:
    """A namespace in which models are written with the prefix camunda."""

    namespace: str

    def file(self, notation: str, roots: str = "", process: str = "") -> bytes:
        spaces = f"{NAMESPACES} {SPIFFWORKFLOW}".replace("http://camunda.org/schema/1.0/bpmn", self.namespace)
        inside = f'<process id="p" isExecutable="true" {process}>{content(notation)}</process>{roots}'
        return f"<definitions {spaces}>{inside}</definitions>".encode()

    def play(
        self, notation: str, roots: str = "", process: str = "", start: str | None = None, **variables: Any
    ) -> Player:
        """Between a start event `s` and an end event `e`, unless the notation says how it flows."""
        flowing = notation if " -> " in notation else f"s startEvent\n{notation}\ne endEvent\ns -> x -> e"
        reading = read(self.file(flowing, roots, process))
        refusals = [problem.text for problem in reading.problems if problem.level == "problem"]
        assert refusals == [], refusals
        model = (reading.processes[0], construct(reading.processes[0]))
        return Player(model, variables, person="ada", start=start, calls=False)


CASES: dict[str, dict[str, Case]] = {"family": {}, "zeebe": {}, "spiffworkflow": {}}
TRIED: dict[str, set[str]] = {dialect: set() for dialect in CASES}


def tries(dialect: str, words: str) -> Callable[[Case], Case]:
    """Marks a case with the words that it tries, parted by spaces."""

    def mark(case: Case) -> Case:
        CASES[dialect][case.__name__] = case
        TRIED[dialect] |= set(words.split())
        return case

    return mark
