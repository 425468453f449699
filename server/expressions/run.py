"""One evaluation while it goes on: what it can see, and how much it may still ask for."""

from collections.abc import Mapping, Sequence
from sys import getsizeof
from time import thread_time
from typing import Any

from server.errors import Failure
from server.expressions.facade import Facade
from server.expressions.limits import LIMITS, Limits


class Run:
    """The variables, the functions and the budget of one evaluation; every compiled node is given it."""

    __slots__ = ("bytes", "cells", "deadline", "functions", "limits", "line", "scope", "steps")

    def __init__(self, scope: Mapping[str, Any], functions: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        self.scope = scope
        self.functions = functions
        self.limits = limits
        self.steps = limits.steps
        self.bytes = limits.bytes
        self.deadline = 0.0  # the clock starts when it is first looked at: most are done before
        self.cells: dict[int, Any] = {}
        self.line = 0

    def tick(self) -> None:
        """Count one step."""
        self.steps -= 1
        if self.steps < 0:
            raise Failure(f"it takes more than {self.limits.steps:,} steps; is there a loop that never ends?")
        if not self.steps & 63:
            self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        now = thread_time()
        if not self.deadline:
            self.deadline = now + self.limits.seconds
        elif now > self.deadline:
            raise Failure(f"it takes longer than {self.limits.seconds:g} s")

    def charge(self, steps: int) -> None:
        """Count *steps* at once, and look at the clock."""
        self.steps = ((self.steps - steps) & ~63) + 1
        self.tick()

    def spend(self, size: int) -> None:
        """Count *size* bytes of memory."""
        self.bytes -= size
        if self.bytes < 0:
            raise Failure(f"it needs more than {self.limits.bytes // 1_000_000} MB of memory")

    def text(self, length: int, is_ascii: bool = True) -> None:
        """Allow a text of *length* characters; one beyond ASCII may take four bytes for each."""
        if length > self.limits.characters:
            raise Failure(f"a text grows beyond {self.limits.characters:,} characters")
        self.spend((length if is_ascii else 4 * length) + 50)

    def made(self, text: str) -> str:
        """Count a text that is no longer than one that was there, such as a part of it: by what it takes."""
        self.spend(getsizeof(text))
        return text

    def joined(self, parts: Sequence[str], between: str = "") -> str:
        """*parts* as one text, allowed before it is made."""
        is_ascii = between.isascii() and all(part.isascii() for part in parts)
        self.text(sum(map(len, parts)) + len(between) * len(parts), is_ascii)
        return between.join(parts)

    def items(self, count: int, size: int = 40) -> None:
        """Allow a list or mapping of *count* entries, each about *size* bytes."""
        if count > self.limits.items:
            raise Failure(f"a list grows beyond {self.limits.items:,} entries")
        self.spend(count * size + 60)

    def variable(self, name: str) -> Any:
        """The variable *name*; an object that the engine offers by that name comes first, so no data can pose as it."""
        offered = self.functions.get(name)
        if isinstance(offered, Facade):
            return offered
        try:
            return self.scope[name]
        except KeyError:
            raise Failure(f"The variable '{name}' is not set") from None
