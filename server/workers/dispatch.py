"""What a dispatcher is: it has job N done when it is due. What a job is, who has it and whether it is done stands in
our own table, whoever dispatches; so dispatchers differ in speed and in how one watches them, and in nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from server.database import Scope
from server.settings import Settings


class Workers(Protocol):
    """Threads that do jobs until they are stopped."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self, timeout: float) -> None:
        """Let every thread finish the job it has; at most *timeout* seconds in all."""


def _nothing_to_prepare() -> bool:
    return False


def _nothing_to_examine() -> Iterator[tuple[bool, str]]:
    return iter(())


@dataclass(frozen=True)
class Dispatcher:
    """One way to have jobs done. All but `workers` needs an application context.

    `workers`: makes so many threads, with the surroundings they work in, under the name of their process. `prepare`:
    makes or brings up to date what the dispatcher keeps in the database; whether there was anything to do. `examine`:
    (is it right, what it is) for the doctor.
    """

    workers: Callable[[int, Scope, Settings, str], Workers]
    needs_postgresql: bool = False
    prepare: Callable[[], bool] = _nothing_to_prepare
    examine: Callable[[], Iterator[tuple[bool, str]]] = _nothing_to_examine
