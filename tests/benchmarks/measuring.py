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


def report(figures: Sequence[Figure]) -> str:
    """The figures as aligned columns."""
    widths = [max(len(getattr(figure, name)) for figure in figures) for name in ("what", "value")]
    lines = []
    for figure in figures:
        promised = f"promised {figure.promised}" if figure.promised else ""
        lines.append(f"{figure.what:<{widths[0]}}  {figure.value:>{widths[1]}}  {promised}".rstrip())
    return "\n".join(lines)
