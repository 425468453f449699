"""The search of the token graph alone: what it takes when a model of a thousand activities is deployed."""

from collections.abc import Iterator
from functools import partial

from server.bpmn.soundness import search
from tests.benchmarks.measuring import Figure, median, milliseconds
from tests.bpmn.large import choices, linear, wide
from tests.bpmn.models import model, read

MODELS = {"in a row": linear(1000), "side by side": wide(1000), "of 330 choices": choices(330)}


def figures() -> Iterator[Figure]:
    for what, notation in MODELS.items():
        level = read(model(notation)).processes[0].level
        taken = milliseconds(partial(search, level), 3)
        yield Figure(f"a thousand activities {what}", f"{median(taken):.0f} ms", "1,000 ms")
