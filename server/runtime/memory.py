"""Executions kept in memory between commands: an optimisation only, guarded by the revision of the row.

An execution is taken out while it is used and put back only after its transaction was committed, so a failed command
leaves nothing half-changed behind. Several threads and processes may each hold one; only the one whose revision
equals the row's is used.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from server.engine.execution import Execution


@dataclass
class Kept:
    """An execution with the parts it was kept as, at a revision."""

    revision: int
    execution: Execution
    parts: dict[str, str]


class Memory:
    """At most *places* executions, the least recently used ones leaving first."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, instance_id: str, revision: int) -> Kept | None:
        """The execution at exactly this revision, which is no longer kept here from now on."""
        with self._lock:
            kept = self._kept.pop(instance_id, None)
        return kept if kept is not None and kept.revision == revision else None

    def put(self, instance_id: str, kept: Kept) -> None:
        with self._lock:
            self._kept[instance_id] = kept
            self._kept.move_to_end(instance_id)
            while len(self._kept) > self._places:
                self._kept.popitem(last=False)


memory = Memory(256)
