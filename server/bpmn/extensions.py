"""What vendors add to BPMN, in our words: a dialect translates into these, and the reader knows nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from server.bpmn.definition import (
    Assign,
    Assignment,
    ConnectorCall,
    DecisionReference,
    ExternalWork,
    FormReference,
    Listener,
)
from server.expressions.expression import Expression


@dataclass(frozen=True)
class CallWords:
    """What is added to a call activity: which version is called, and what crosses the border."""

    binding: str = "latest"
    version: Expression | None = None
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    all_inputs: bool = False
    all_outputs: bool = False
    business_key: Expression | None = None
    process_key: Expression | None = None  # where the vendor says it instead of the standard's attribute


@dataclass(frozen=True)
class ProcessWords:
    """What is added to a process as a whole."""

    version_tag: str | None = None
    history_days: int | None = None
    starter_users: tuple[str, ...] = ()
    starter_groups: tuple[str, ...] = ()
    job_priority: Expression | None = None


@dataclass(frozen=True)
class Extensions:
    """Everything that vendors' attributes and extension elements say about one BPMN element."""

    assignment: Assignment | None = None
    form: FormReference | None = None
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    retry_cycle: str | None = None
    asynchronous_before: bool = False
    asynchronous_after: bool = False
    concurrent: bool = False
    job_priority: Expression | None = None
    expression: Expression | None = None  # what a service or send task is, instead of calling a connector
    result_variable: str | None = None
    connector: ConnectorCall | None = None
    external: ExternalWork | None = None
    listeners: tuple[Listener, ...] = ()
    decision: DecisionReference | None = None
    script: Expression | None = None  # where the vendor writes it instead of the standard's element
    call: CallWords | None = None
    correlation_key: Expression | None = None
    time_to_live: Expression | None = None  # how long a message that is thrown waits for who wants it
    message_name: Expression | None = None  # what a receive task without a message waits for
    error_code: Expression | None = None  # of an error that is not in the file
    collection: Expression | None = None
    element_variable: str | None = None
    result_collection: str | None = None  # of a multi-instance: the list of its results
    result: Expression | None = None  # what each of its instances gives to that list
    initiator_variable: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None
    process: ProcessWords | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def joined(self, other: "Extensions") -> "Extensions":
        """Both together; where both speak, the first counts."""
        taken = {f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)}
        return replace(self, **taken)


NOTHING = Extensions()
