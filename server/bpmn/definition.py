"""What a deployed model means: frozen values with no XML, no vendor's prefix and no SpiffWorkflow in them.

Names follow BPMN 2.0.2. Every value that came from the file keeps the line it stood on, so that whatever goes wrong
later can point there. Vendor attributes have been translated to our words by `dialects` before they get here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.expressions.expression import Expression


class Kind(StrEnum):
    """The elements that can hold a token, by their tag in the BPMN namespace."""

    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SCRIPT_TASK = "scriptTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"


@dataclass(frozen=True)
class Assign:
    """Put the value of an expression into a variable (input, output and call mappings, assignments)."""

    target: str
    source: Expression


@dataclass(frozen=True)
class Flow:
    """A sequence flow (BPMN 2.0.2, 8.4.13)."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
    line: int = 0


@dataclass(frozen=True)
class Trigger:
    """One event definition, thrown or caught (BPMN 2.0.2, 10.5.5).

    `kind`: message | timer | signal | error | escalation | terminate.
    `name`: what two ends agree on: message or signal name (may hold `${...}`), error or escalation code. None in a
    catcher of errors and escalations means any code.
    """

    kind: str
    name: Expression | None = None
    reference: str | None = None  # id of the message, signal, error or escalation element
    timer_form: str | None = None  # date | duration | cycle
    timer: Expression | None = None
    correlation_key: Expression | None = None  # the value that message and catcher must share; None: the business key
    payload: tuple[Assign, ...] = ()  # thrown: what goes along; caught: what is taken over (none: everything)
    all_variables: bool = False  # thrown: every variable in sight goes along, besides the payload
    code_variable: str | None = None  # where a caught error or escalation code is put
    message_variable: str | None = None  # where a caught error's message is put
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """Loop or multi-instance characteristics of an activity (BPMN 2.0.2, 10.3.8)."""

    kind: str  # standard | parallel | sequential
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    result_collection: str | None = None  # variable that receives the ordered results
    result_variable: str | None = None  # variable of each instance that is collected
    completion_condition: Expression | None = None
    loop_condition: Expression | None = None
    loop_maximum: int | None = None
    test_before: bool = False
    line: int = 0


@dataclass(frozen=True)
class Assignment:
    """Who a user task is for, and by when. Expressions yield a text, a list of texts, or a moment or duration."""

    assignee: Expression | None = None
    candidate_users: tuple[Expression, ...] = ()
    candidate_groups: tuple[Expression, ...] = ()
    excluded_users: tuple[Expression, ...] = ()  # four eyes: these people may not work on it
    due: Expression | None = None
    follow_up: Expression | None = None
    priority: Expression | None = None


@dataclass(frozen=True)
class FormField:
    """A field of a form that is written in the model itself (`camunda:formData`)."""

    key: str
    label: str
    type: str  # string | long | double | boolean | date | enum
    default: Expression | None = None
    options: tuple[tuple[str, str], ...] = ()  # (value, label)
    required: bool = False
    readonly: bool = False
    minimum: str | None = None
    maximum: str | None = None
    minimum_length: int | None = None
    maximum_length: int | None = None
    line: int = 0


@dataclass(frozen=True)
class FormReference:
    """Which form an element shows: a deployed form by key, or fields written in the model."""

    key: str | None = None
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True)
class Call:
    """What a call activity calls, and what crosses the border."""

    process_key: Expression
    binding: str = "latest"  # latest | deployment | version | versionTag
    version: Expression | None = None
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    all_inputs: bool = False
    all_outputs: bool = False
    business_key: Expression | None = None


@dataclass(frozen=True)
class ConnectorCall:
    """Outside work of a service or send task: which connector, what it is given, what is taken from its answer."""

    connector: str  # http | mail
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()  # evaluated with the answer's fields as variables


@dataclass(frozen=True)
class Element:
    """A node of a definition. What does not apply to its kind stays at the default."""

    id: str
    kind: Kind
    name: str = ""
    line: int = 0
    documentation: str = ""
    lane: str = ""
    incoming: tuple[str, ...] = ()  # ids of flows, in the order of the file
    outgoing: tuple[str, ...] = ()
    default: str | None = None  # id of the default flow
    triggers: tuple[Trigger, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    boundaries: tuple[str, ...] = ()  # ids of boundary events attached to it
    loop: Loop | None = None
    script: Expression | None = None
    script_result: str | None = None  # variable that takes the value of a one-expression script
    service: Expression | None = None  # a service task that is an expression (camunda:expression)
    service_result: str | None = None
    connector: ConnectorCall | None = None
    call: Call | None = None
    inner: "Level | None" = None  # what a sub-process holds
    assignment: Assignment = field(default_factory=Assignment)
    form: FormReference | None = None
    initiator_variable: str | None = None  # start event: variable that takes the id of the person who started
    inputs: tuple[Assign, ...] = ()  # input mapping: local variables
    outputs: tuple[Assign, ...] = ()  # output mapping: what is taken outside
    retry_cycle: str | None = None  # such as R3/PT10M
    asynchronous_before: bool = False
    asynchronous_after: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """A process or the inside of a sub-process: elements and flows that share one scope."""

    id: str
    elements: Mapping[str, Element] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    starts: tuple[str, ...] = ()  # start events; without any, the elements with no incoming flow
    variables: tuple[str, ...] = ()  # names of declared data objects: variables of this level's scope


@dataclass(frozen=True)
class Lane:
    """A lane with the elements it holds; its name is a group where the model names nobody else."""

    id: str
    name: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Process:
    """One executable (or merely drawn) process of a file."""

    key: str
    name: str
    level: Level
    executable: bool = True
    documentation: str = ""
    version_tag: str | None = None
    lanes: tuple[Lane, ...] = ()
    candidate_starter_users: tuple[str, ...] = ()
    candidate_starter_groups: tuple[str, ...] = ()
    history_days: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # businessKey, title, category, owner ...
    line: int = 0

    def elements(self) -> Iterator[Element]:
        """Every element at every depth, outer before inner, in the order of the file."""
        yield from _elements(self.level)

    def flows(self) -> Iterator[Flow]:
        """Every sequence flow at every depth."""
        yield from self.level.flows.values()
        for element in self.elements():
            if element.inner is not None:
                yield from element.inner.flows.values()

    def plain_start(self) -> Element | None:
        """The start event without a trigger: where a person starts."""
        starts = (self.level.elements[key] for key in self.level.starts)
        return next((start for start in starts if start.kind is Kind.START_EVENT and not start.triggers), None)

    def element(self, element_key: str) -> Element | None:
        return next((element for element in self.elements() if element.id == element_key), None)


def _elements(level: Level) -> Iterator[Element]:
    for element in level.elements.values():
        yield element
        if element.inner is not None:
            yield from _elements(element.inner)
