"""What an execution asks of the world while it takes a step: data stores and decisions; the runtime fills this port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.bpmn.definition import DecisionReference
from server.errors import Failure


@dataclass(frozen=True)
class Made:
    """A decision that was made: its result as the reference wants it, and plain data for history that says why."""

    value: Any
    told: Mapping[str, Any] = field(default_factory=dict)


class World(Protocol):
    """Everything asked here has to give the same answer while the same step is taken again."""

    def read_store(self, name: str) -> Any:
        """The value that the data store *name* holds; None when nothing has been written to it."""

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        """The result of the decision *key* for the variables in sight, as `reference.result_mapping` wants it.

        Raises Failure when there is no such decision, or it cannot be made.
        """


class Nowhere:
    """A world without data stores and decisions."""

    def read_store(self, name: str) -> Any:
        raise Failure(f"There is no data store '{name}' here.")

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        raise Failure(f"The decision '{key}' cannot be made here.", reference.line)
