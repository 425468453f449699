"""Collecting what an execution reports, until somebody takes it."""

from server.engine.facts import Fact


class Observation:
    """Facts in the order in which they happened."""

    def __init__(self) -> None:
        self._facts: list[Fact] = []

    def report(self, fact: Fact) -> None:
        self._facts.append(fact)

    def take(self) -> list[Fact]:
        facts, self._facts = self._facts, []
        return facts
