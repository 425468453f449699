"""What a connector is: outside work that is called with parameters and answers with fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.connectors.connection import Connection, Field
from server.errors import Failure
from server.settings import Settings


@dataclass(frozen=True)
class LoadedFile:
    """A file of the instance that the job works for."""

    name: str
    media_type: str
    content: bytes


def no_file(name: str) -> LoadedFile:
    """For calls that no process instance has asked for. Raises Failure."""
    raise Failure(f'There is no file "{name}" here.')


@dataclass(frozen=True)
class CallContext:
    """What a connector knows of the job it works for. The id stays the same over all attempts (counted from 1).

    `hidden` grows by what was learnt during the call and must never be shown (tokens); `file` finds a file of the
    instance by its id or name and raises Failure where there is none.
    """

    job_id: str
    attempt: int
    settings: Settings
    connection: Connection | None = None
    hidden: list[str] = field(default_factory=list, repr=False)
    file: Callable[[str], LoadedFile] = no_file

    def needed(self, connector: str) -> Connection:
        """The connection; raises Failure where the model names none."""
        if self.connection is None:
            raise Failure(f"The parameter connection is missing; name a connection of the {connector} connector.")
        return self.connection


class TemporaryFailure(Failure):
    """It went wrong, but may go well later; *retry_after* are the seconds the other side asked us to wait."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Connector(Protocol):
    """One kind of outside work."""

    @property
    def fields(self) -> Sequence[Field]:
        """What a connection of this connector holds."""

    @property
    def trial(self) -> Mapping[str, Any] | None:
        """Parameters of a call that does nothing at the other end; None where there is no such call."""

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Do the work and answer with fields of plain values.

        Raises TemporaryFailure where another attempt may help, Failure where it cannot, and BpmnError for what the
        model may catch.
        """
