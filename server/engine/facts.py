"""What an execution reports: facts, named in the past tense. Projections turn them into rows; history keeps them all.

`activity` is the number of an activity instance (one visit of an instance to an element), unique in its process
instance and never used again; `element` is the element's key. Values of variables are plain Python values as
`expressions.values` can keep them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class InstanceStarted:
    element: str  # the start event it began at, or the first element that somebody named instead


@dataclass(frozen=True)
class InstanceCompleted:
    """The last token has gone."""


@dataclass(frozen=True)
class InstanceTerminated:
    """Ended from outside (withdrawn, cancelled), or by an error that nobody caught in a called instance."""

    reason: str
    error_code: str | None = None


@dataclass(frozen=True)
class ActivityStarted:
    activity: int
    element: str
    outer: int | None = None  # the sub-process (or multi-instance) it runs in
    loop_counter: int | None = None


@dataclass(frozen=True)
class ActivityCompleted:
    activity: int
    element: str


@dataclass(frozen=True)
class ActivityCancelled:
    """Interrupted by a boundary event, a terminate end, a completion condition or an operator."""

    activity: int
    element: str


@dataclass(frozen=True)
class ActivitySkipped:
    """What could not be done is left undone, because an operator said so; its token goes on."""

    activity: int
    element: str


@dataclass(frozen=True)
class ActivityCompensated:
    """What a completed activity instance has done is being undone (BPMN 2.0.2, 10.7)."""

    activity: int
    element: str


@dataclass(frozen=True)
class FlowTaken:
    """A token went along a flow. `condition`, `values` and `result` say why, where there was a choice."""

    flow: str
    source: str
    target: str
    condition: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None  # "true", "default"


@dataclass(frozen=True)
class ConditionAsked:
    """What the model asks elsewhere than at a flow has decided something. `what` says which of its expressions it was:
    event | loop | cardinality | collection | completion | activation. `activity` is whose variables it saw; `values`
    are those that no other fact tells as they were then.
    """

    activity: int
    element: str
    what: str
    condition: str
    result: bool | int  # what it came out as: a number is how often the activity runs
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class VariableChanged:
    """A variable of scope `scope` (0: the process) was set, or removed."""

    name: str
    value: Any
    scope: int = 0
    activity: int | None = None
    removed: bool = False


@dataclass(frozen=True)
class DataStoreChanged:
    """A data association has written to a store that all instances share."""

    activity: int
    element: str
    store: str
    value: Any


@dataclass(frozen=True)
class DecisionMade:
    """A business rule task has had a decision made; `told` says which, with what, by which rules, and the result."""

    activity: int
    element: str
    told: Mapping[str, Any]


@dataclass(frozen=True)
class AdHocOpened:
    """An ad-hoc sub-process has begun, and the model names who chooses what is done in it."""

    activity: int
    element: str
    persons: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdHocActivityPicked:
    """Somebody has chosen what is done next in an ad-hoc sub-process."""

    activity: int
    element: str
    picked: str  # key of the element
    person: str | None = None


@dataclass(frozen=True)
class UserTaskCreated:
    activity: int
    element: str
    name: str
    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    excluded_users: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50


@dataclass(frozen=True)
class UserTaskCompleted:
    """A person has done it: it does not come back, even if an incident keeps the activity from completing yet."""

    activity: int
    element: str
    person: str | None = None


@dataclass(frozen=True)
class TimerSet:
    """A catcher waits for a moment. `number` says which of the element's triggers."""

    activity: int
    element: str
    number: int
    due: datetime
    priority: int = 0  # of its job


@dataclass(frozen=True)
class TimerCleared:
    activity: int
    number: int


@dataclass(frozen=True)
class SubscriptionOpened:
    """A catcher waits for a message or signal."""

    activity: int
    element: str
    number: int
    kind: str  # message | signal
    name: str
    correlation_key: str | None = None
    key_paths: tuple[tuple[str, str], ...] = ()  # how the key is read from a message: (language, expression) each


@dataclass(frozen=True)
class SubscriptionClosed:
    activity: int
    number: int


@dataclass(frozen=True)
class MessageThrown:
    """A message leaves the instance: one receiver, anywhere. `correlation_key` None: the business key; `time_to_live`:
    so many seconds it waits for a receiver, None: as the settings say."""

    activity: int
    element: str
    name: str
    payload: Mapping[str, Any]
    correlation_key: str | None = None
    time_to_live: int | None = None


@dataclass(frozen=True)
class SignalThrown:
    """A signal leaves the instance: every receiver in every other instance hears it."""

    activity: int
    element: str
    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class ConnectorCalled:
    """Outside work is to be done by a job; `parameters` are the evaluated inputs."""

    activity: int
    element: str
    connector: str
    parameters: Mapping[str, Any]
    retry_cycle: str | None = None
    priority: int = 0  # of its job
    exclusive: bool = False  # no other exclusive job of the instance runs meanwhile


@dataclass(frozen=True)
class AgentAnswered:
    """An agent (a language model) has answered a connector's question. `answer` is text or what its schema says; `cost`
    is in millionths of the currency of the connection."""

    activity: int
    element: str
    agent: str
    connection: str
    model: str
    prompt: str
    answer: Mapping[str, Any]
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0


@dataclass(frozen=True)
class ExternalTaskCreated:
    """A worker is to do something that it finds by its topic. `headers` say what; `listener` is the event of the
    activity that it is for, None where it is the activity's own work."""

    activity: int
    element: str
    topic: str
    priority: int = 50
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_cycle: str | None = None
    listener: str | None = None


@dataclass(frozen=True)
class ExternalTaskCompleted:
    """A worker has done it."""

    activity: int
    element: str


@dataclass(frozen=True)
class ContinuationRequested:
    """The model asks for a break here (asyncBefore, asyncAfter): a job goes on in its own transaction."""

    activity: int
    element: str
    retry_cycle: str | None = None
    priority: int = 0
    exclusive: bool = True


@dataclass(frozen=True)
class CallRequested:
    """A call activity asks for another process instance; its end comes back as `Execution.return_from_call`."""

    activity: int
    element: str
    process_key: str
    binding: str
    version: str | None
    variables: Mapping[str, Any]
    business_key: str | None = None


@dataclass(frozen=True)
class CallCancelled:
    """The call activity was interrupted: the called instance is to be ended."""

    activity: int
    element: str


@dataclass(frozen=True)
class EscalationUncaught:
    """Nobody in the instance listens; a calling instance may."""

    code: str
    element: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ErrorCaught:
    code: str
    element: str  # where it was thrown
    catcher: str  # the boundary event that took it


@dataclass(frozen=True)
class EscalationCaught:
    code: str
    element: str
    catcher: str


@dataclass(frozen=True)
class IncidentRaised:
    """An activity instance cannot go on until somebody mends it."""

    activity: int
    element: str
    kind: str  # expression | script | connector | error | call | job | limit
    message: str
    line: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class IncidentResolved:
    activity: int
    element: str


Fact = (
    InstanceStarted
    | InstanceCompleted
    | InstanceTerminated
    | ActivityStarted
    | ActivityCompleted
    | ActivityCancelled
    | ActivitySkipped
    | ActivityCompensated
    | FlowTaken
    | ConditionAsked
    | VariableChanged
    | DataStoreChanged
    | DecisionMade
    | AdHocOpened
    | AdHocActivityPicked
    | UserTaskCreated
    | UserTaskCompleted
    | TimerSet
    | TimerCleared
    | SubscriptionOpened
    | SubscriptionClosed
    | MessageThrown
    | SignalThrown
    | ConnectorCalled
    | AgentAnswered
    | ExternalTaskCreated
    | ExternalTaskCompleted
    | ContinuationRequested
    | CallRequested
    | CallCancelled
    | EscalationUncaught
    | ErrorCaught
    | EscalationCaught
    | IncidentRaised
    | IncidentResolved
)
