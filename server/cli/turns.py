"""Requests of one process take turns, because Python runs one thread at a time whatever they do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.05  # seconds; ten times of what a request takes


class Turns:
    """Lets one thread work after the other; but nobody waits behind one that takes long.

    Threads that work at once hand Python's own lock on at each statement that they send to the database, and each
    time the processor has to fetch again what it had at hand: with eight threads that is a fifth of all it does.
    A thread whose turn has lasted for PATIENCE (it checks a password, asks another server, or its client is slow to
    send) is not waited for: those behind it, and all who come later, take turns without it.
    """

    def __init__(self) -> None:
        self._lane = _Lane()

    @contextmanager
    def turn(self) -> Iterator[None]:
        lane = self._enter()
        try:
            yield
        finally:
            lane.turns += 1
            lane.busy.release()

    def _enter(self) -> "_Lane":
        lane = self._lane
        turns = lane.turns
        while not lane.busy.acquire(timeout=PATIENCE):
            if lane.turns == turns:
                lane = self._lane = self._lane if self._lane is not lane else _Lane()
            turns = lane.turns
        return lane


class _Lane:
    """One after another: who is at work holds `busy`; `turns` counts those that are over."""

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.turns = 0
