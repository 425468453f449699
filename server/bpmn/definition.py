"""What a deployed model means: frozen values with no XML, no vendor's prefix and no SpiffWorkflow in them.

Names follow BPMN 2.0.2. Every value that came from the file keeps the line it stood on, so that whatever goes wrong
later can point there. Vendor attributes have been translated to our words by `dialects` before they get here. What
elements are furnished with stands in `particulars`, and is imported from here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.bpmn.particulars import (
    AdHoc,
    Assign,
    Assignment,
    Call,
    ConnectorCall,
    Correlation,
    DataAssociation,
    DecisionReference,
    ExternalWork,
    FormField,
    FormReference,
    ImplicitThrow,
    Items,
    Listener,
    Loop,
    Place,
    Trigger,
    WorkError,
)
from server.expressions.expression import Expression

__all__ = [
    "AdHoc",
    "Assign",
    "Assignment",
    "Call",
    "ConnectorCall",
    "Correlation",
    "DataAssociation",
    "DecisionReference",
    "Element",
    "ExternalWork",
    "Flow",
    "FormField",
    "FormReference",
    "ImplicitThrow",
    "Items",
    "Kind",
    "Lane",
    "Level",
    "Listener",
    "Loop",
    "Place",
    "Process",
    "Trigger",
    "WorkError",
]


class Kind(StrEnum):
    """The elements that can hold a token, by their tag in the BPMN namespace."""

    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SCRIPT_TASK = "scriptTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    TRANSACTION = "transaction"
    AD_HOC_SUB_PROCESS = "adHocSubProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    COMPLEX_GATEWAY = "complexGateway"
    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"


@dataclass(frozen=True)
class Flow:
    """A sequence flow (BPMN 2.0.2, 8.4.13)."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
    line: int = 0
    listeners: tuple[Listener, ...] = ()


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
    triggered_by_event: bool = False  # an event sub-process
    for_compensation: bool = False  # an activity that only undoes another one
    undone_by: str | None = None  # a compensation boundary event: the activity that undoes
    loop: Loop | None = None
    script: Expression | None = None
    script_result: str | None = None  # variable that takes the value of a one-expression script
    service: Expression | None = None  # a service task that is an expression (camunda:expression)
    service_result: str | None = None
    connector: ConnectorCall | None = None
    external: ExternalWork | None = None  # a worker does it, found by its topic
    listeners: tuple[Listener, ...] = ()  # in the order in which they are run: start, create, complete, end
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
    concurrent: bool = False  # its asynchronous jobs may run at once with others of the instance
    job_priority: Expression | None = None  # of its jobs; the higher, the sooner
    parallel_multiple: bool = False  # an event: all of its triggers have to come, not only one
    instantiate: bool = False  # a receive task or event-based gateway that begins an instance
    parallel: bool = False  # an event-based gateway: all the events behind it have to come
    start_quantity: int = 1  # tokens that an activity needs to begin
    completion_quantity: int = 1  # tokens that it sends along each flow
    activation: Expression | None = None  # of a complex gateway: whether enough tokens have come
    data: Items | None = None
    ad_hoc: AdHoc | None = None
    decision: DecisionReference | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def lets_people_choose(self) -> bool:
        """An ad-hoc sub-process with something for people in it; where there is none, it goes by itself."""
        return self.kind is Kind.AD_HOC_SUB_PROCESS and self.inner is not None and self.inner.needs_person()


@dataclass(frozen=True)
class Level:
    """A process or the inside of a sub-process: elements and flows that share one scope."""

    id: str
    elements: Mapping[str, Element] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    starts: tuple[str, ...] = ()  # start events; without any, the elements with no incoming flow
    variables: tuple[str, ...] = ()  # names of declared data objects: variables of this level's scope
    listeners: tuple[Listener, ...] = ()  # run when the last token of a process goes
    start_listeners: tuple[Listener, ...] = ()  # those of a process, which its start events have as well

    @property
    def event_sub_processes(self) -> tuple[Element, ...]:
        """Those that begin when their trigger comes (BPMN 2.0.2, 10.3.5), in the order of the file."""
        return tuple(element for element in self.elements.values() if element.triggered_by_event)

    def linked(self, element: Element) -> tuple[str, ...]:
        """The link events that catch what *element* throws (BPMN 2.0.2, 10.5.5)."""
        names = _links(element) if element.kind is Kind.INTERMEDIATE_THROW_EVENT else frozenset()
        return self._linking(Kind.INTERMEDIATE_CATCH_EVENT, names)

    def linking(self, element: Element) -> tuple[str, ...]:
        """The link events that throw what *element* catches."""
        names = _links(element) if element.kind is Kind.INTERMEDIATE_CATCH_EVENT else frozenset()
        return self._linking(Kind.INTERMEDIATE_THROW_EVENT, names)

    def _linking(self, kind: Kind, names: frozenset[str]) -> tuple[str, ...]:
        if not names:
            return ()
        others = (other for other in self.elements.values() if other.kind is kind)
        return tuple(other.id for other in others if names & _links(other))

    def openers(self) -> dict[str, tuple[Trigger, ...]]:
        """Where an event begins an instance, and by what: start events, receive tasks and the events behind a gateway
        that instantiate (BPMN 2.0.2, 10.5.2, 10.6.6)."""
        found: dict[str, tuple[Trigger, ...]] = {}
        for key in self.starts:
            element = self.elements[key]
            if element.kind is Kind.EVENT_BASED_GATEWAY and element.instantiate:
                behind = (self.elements[self.flows[flow].target] for flow in element.outgoing)
                found.update((event.id, event.triggers) for event in behind)
            elif element.triggers and (element.kind is Kind.START_EVENT or element.instantiate):
                found[key] = element.triggers
        return found

    def needs_person(self) -> bool:
        """Whether something inside is for people, at whatever depth: a user task, or what they choose themselves."""
        for_people = (Kind.USER_TASK, Kind.AD_HOC_SUB_PROCESS)
        return any(
            element.kind in for_people or (element.inner is not None and element.inner.needs_person())
            for element in self.elements.values()
        )

    def plain_starts(self) -> tuple[str, ...]:
        """Where it begins without an event: its start events without a trigger, or (an implicit start) everything that
        no flow leads to."""
        elements = [self.elements[key] for key in self.starts]
        return tuple(e.id for e in elements if not (e.triggers and e.kind is Kind.START_EVENT) and not e.instantiate)


def _links(element: Element) -> frozenset[str]:
    return frozenset(t.name.text for t in element.triggers if t.kind == "link" and t.name is not None)


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
    job_priority: Expression | None = None  # of the jobs of elements that say none themselves
    properties: Mapping[str, str] = field(default_factory=dict)  # businessKey, title, category, owner ...
    data: Items | None = None  # what it takes when it is called, and gives back
    is_global_task: bool = False  # a task that stands by itself, to be called only (BPMN 2.0.2, 10.3.7)
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

    def titles(self) -> dict[str, str]:
        """What people call each element and flow, by its id: its name, and of a flow where it leads from and to."""
        found = {element.id: element.name or element.id for element in self.elements()}
        for flow in self.flows():
            way = f"from {found.get(flow.source, flow.source)} to {found.get(flow.target, flow.target)}"
            found[flow.id] = f"“{flow.name}” {way}" if flow.name else f"The flow {way}"
        return found

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
