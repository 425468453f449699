"""What a connector is: outside work that is called with parameters and answers with fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from server.errors import Failure
from server.settings import Settings


@dataclass(frozen=True)
class CallContext:
    """What a connector knows of the job it works for. The id stays the same over all attempts (counted from 1)."""

    job_id: str
    attempt: int
    settings: Settings


class TemporaryFailure(Failure):
    """It went wrong, but may go well later; *retry_after* are the seconds the other side asked us to wait."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Connector(Protocol):
    """One kind of outside work."""

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Do the work and answer with fields of plain values.

        Raises TemporaryFailure where another attempt may help, Failure where it cannot, and BpmnError for what the
        model may catch.
        """
