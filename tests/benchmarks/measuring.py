"""Taking times and telling them: medians of several runs, beside what was promised."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    what: str
    value: str
    promised: str = ""


def milliseconds(do: Callable[[], object], times: int) -> list[float]:
    """How long each of *times* calls took."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that *share* (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p50_p95(values: Sequence[float]) -> str:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.95):.1f} ms"


def line(figure: Figure) -> str:
    """The figure in columns, told as soon as it is there."""
    promised = f"promised {figure.promised}" if figure.promised else ""
    return f"{figure.what:<76}  {figure.value:>24}  {promised}".rstrip()
