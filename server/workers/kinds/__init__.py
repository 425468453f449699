"""What a worker does with a job, by its kind: a step inside the database, or outside work between two transactions."""

from server.workers.kinds import batch_item, clean_up, connector, delivery, sending, step
from server.workers.work import Kind

KINDS: dict[str, Kind] = {
    "connector": connector.work,
    "delivery": delivery.work,
    "sending": sending.work,
    "batch_item": batch_item.work,
    "clean_up": clean_up.work,
}
"""The kinds that do outside work; every other kind is a step inside the database."""


def kind_of(name: str) -> Kind:
    return KINDS.get(name, step.work)
