"""What a worker does with a job, by its kind: a step inside the database, or outside work between two transactions."""

from server.workers.kinds import connector, delivery, step
from server.workers.work import Kind

KINDS: dict[str, Kind] = {"connector": connector.work, "delivery": delivery.work}
"""The kinds that do outside work; every other kind is a step inside the database."""


def kind_of(name: str) -> Kind:
    return KINDS.get(name, step.work)
