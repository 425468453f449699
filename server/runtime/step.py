"""What projections need to know of the step whose facts they take."""

from dataclasses import dataclass, field
from datetime import datetime

from server.bell import Bell
from server.bpmn.definition import Element, Process
from server.records.process_instance import ProcessInstance


@dataclass(frozen=True)
class Step:
    """One advance of one process instance. `instance` is its row, locked by this transaction.

    `actor` is the id for history; `person` is set when a person is behind it and not a worker.
    """

    instance: ProcessInstance
    process: Process
    moment: datetime
    actor: str
    person: str | None = None
    rings: set[Bell] = field(default_factory=set)  # who is woken once the step has been committed

    def element(self, element_key: str) -> Element | None:
        return self.process.element(element_key)
