"""What an execution asks of the world during a step: data stores, calendars, decisions. The runtime fills this port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.bpmn.definition import DecisionReference
from server.errors import Failure
from server.expressions.business_time import BusinessTime


@dataclass(frozen=True)
class Made:
    """A decision that was made: its result as the reference wants it, and plain data for history that says why."""

    value: Any
    told: Mapping[str, Any] = field(default_factory=dict)


class World(Protocol):
    """Everything asked here has to give the same answer while the same step is taken again."""

    def read_store(self, name: str) -> Any:
        """The value that the data store *name* holds; None when nothing has been written to it."""

    def calendar(self, key: str) -> BusinessTime:
        """The calendar that a model names. Raises Failure when there is none."""

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        """The result of the decision *key* for the variables in sight, as `reference.result_mapping` wants it.

        Raises Failure when there is no such decision, or it cannot be made.
        """


class Nowhere:
    """A world without data stores, calendars and decisions."""

    def read_store(self, name: str) -> Any:
        raise Failure(f"There is no data store '{name}' here.")

    def calendar(self, key: str) -> BusinessTime:
        raise Failure(f"There is no calendar '{key}' here.")

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        raise Failure(f"The decision '{key}' cannot be made here.", reference.line)
