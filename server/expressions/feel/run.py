"""One evaluation of FEEL while it goes on: what is bound where, and what went wrong and became null."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.expressions.limits import LIMITS
from server.expressions.run import Run

_KEPT = 50


@dataclass(frozen=True)
class Report:
    """Why a part of an expression is null: the reason, as the middle of a sentence, and where the part begins.

    `at` counts characters of the text from 0; a *missing* variable or entry is told apart from what is wrong, and so
    is a value that unary tests could not *compare* with theirs.
    """

    reason: str
    at: int = 0
    missing: bool = False
    compared: bool = False


class FeelRun(Run):
    """A run that collects reports (10.3.2.13: an error gives null and is reported)."""

    __slots__ = ("at", "calls", "converted", "reports")

    def __init__(self, scope: Mapping[str, Any], functions: Mapping[str, Any], converts: bool = False) -> None:
        """*converts*: the scope holds variables as they are kept, not FEEL's own values."""
        # what the base class does, without the call: this runs for every condition
        self.scope = scope
        self.functions = functions
        self.limits = LIMITS
        self.steps = LIMITS.steps
        self.bytes = LIMITS.bytes
        self.deadline = 0.0
        self.reports: list[Report] = []
        self.at = 0
        self.calls = 0
        self.converted: dict[str, Any] | None = {} if converts else None

    def fail(self, reason: str, at: int | None = None) -> None:
        """Report an error; its value, null, is what this returns."""
        if len(self.reports) < _KEPT:
            self.reports.append(Report(reason, self.at if at is None else at))

    def miss(self, reason: str, at: int) -> None:
        """Report that something is not there; null is what this returns."""
        if len(self.reports) < _KEPT:
            self.reports.append(Report(reason, at, missing=True))

    def forget_missing(self, at: int) -> None:
        """Take back the report that nothing is there, where more is known about it."""
        if self.reports and self.reports[-1].missing and self.reports[-1].at == at:
            self.reports.pop()


class Frame:
    """Names that are bound within an expression, and the frame around it; the outermost one holds the variables."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, run: FeelRun, names: Any, outer: "Frame | None" = None) -> None:
        self.run = run
        self.names = names
        self.outer = outer
