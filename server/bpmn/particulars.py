"""What elements of a definition are furnished with: triggers, loops, data, people, forms, calls; frozen like it."""

from dataclasses import dataclass

from server.expressions.expression import Expression


@dataclass(frozen=True)
class Assign:
    """Put the value of an expression into a variable (input, output and call mappings, assignments)."""

    target: str
    source: Expression


@dataclass(frozen=True)
class Correlation:
    """How one property of a correlation key is had (BPMN 2.0.2, 8.4.2): from the message, or in the instance."""

    property: str
    source: Expression


@dataclass(frozen=True)
class Trigger:
    """One event definition, thrown or caught (BPMN 2.0.2, 10.5.5).

    `kind`: message | timer | signal | error | escalation | terminate | conditional | link |
    cancel | compensation.
    `name`: what two ends agree on: message, signal or link name (may hold `${...}`), error or escalation code. None
    in a catcher of errors and escalations means any code.
    """

    kind: str
    name: Expression | None = None
    reference: str | None = None  # id of the message, signal, error or escalation; compensation: of the activity
    waits: bool = True  # compensation that is thrown: whether it is waited for
    timer_form: str | None = None  # date | duration | cycle
    timer: Expression | None = None
    correlation_key: Expression | None = None  # the value that message and catcher must share; None: the business key
    time_to_live: Expression | None = None  # of a message that is thrown: how long it waits, a duration; None: as set
    payload: tuple[Assign, ...] = ()  # thrown: what goes along; caught: what is taken over (none: everything)
    all_variables: bool = False  # thrown: every variable in sight goes along, besides the payload
    code_variable: str | None = None  # where a caught error or escalation code is put
    message_variable: str | None = None  # where a caught error's message is put
    condition: Expression | None = None  # of a conditional event: it happens when this becomes true
    key: str | None = None  # id of the correlation key by which its message belongs to a conversation
    correlation: tuple[Correlation, ...] = ()  # how the properties of the key are read from what comes along
    subscribed: tuple[Correlation, ...] = ()  # how a catcher's process knows them itself
    line: int = 0

    def takes_learnt(self, key: str) -> bool:
        """Whether its message belongs to a conversation by the key *key*, and nothing in the model says that key."""
        return self.key == key and self.correlation_key is None and not self.subscribed


@dataclass(frozen=True)
class ImplicitThrow:
    """What a multi-instance throws while it goes on (behavior None, One, Complex): `when` is each | first | condition,
    asked whenever one of its bodies has been completed."""

    when: str
    triggers: tuple[Trigger, ...]
    condition: Expression | None = None


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
    throws: tuple[ImplicitThrow, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Place:
    """Where data stands: a variable, or a data store that all instances share."""

    name: str
    is_store: bool = False


@dataclass(frozen=True)
class DataAssociation:
    """What is copied when an activity or event begins or ends (BPMN 2.0.2, 10.4.2).

    The value is the transformation's, which sees the sources by their names, else the first source's. Assignments put
    single values into the target instead.
    """

    target: Place
    sources: tuple[Place, ...] = ()
    transformation: Expression | None = None
    assignments: tuple[Assign, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Items:
    """The data of an activity or event (BPMN 2.0.2, 10.4.1). Its inputs, outputs and properties are its own variables.

    `input_sets` and `output_sets` name what each needs; the first whose needs are met counts.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    input_sets: tuple[tuple[str, ...], ...] = ()
    output_sets: tuple[tuple[str, ...], ...] = ()
    before: tuple[DataAssociation, ...] = ()
    after: tuple[DataAssociation, ...] = ()


@dataclass(frozen=True)
class AdHoc:
    """How the inside of an ad-hoc sub-process is worked on (BPMN 2.0.2, 10.3.5)."""

    sequential: bool = False
    completion: Expression | None = None
    cancel_remaining: bool = True


@dataclass(frozen=True)
class DecisionReference:
    """Which decision a business rule task takes, and how its result becomes a variable.

    `result_mapping`: singleEntry | singleResult | collectEntries | resultList, or None: as the decision has it.
    """

    key: Expression
    binding: str = "latest"  # latest | deployment | version | versionTag
    version: Expression | None = None
    result_variable: str | None = None
    result_mapping: str | None = None
    line: int = 0


@dataclass(frozen=True)
class WorkError:
    """An answer of a worker that means a BPMN error: `condition` is asked when the answer has come."""

    code: str
    condition: Expression
    message: Expression | None = None


@dataclass(frozen=True)
class ExternalWork:
    """Work that a program of its own fetches by its topic: what a model calls an external task, a job, or a class."""

    topic: Expression
    priority: Expression | None = None
    headers: tuple[tuple[str, Expression], ...] = ()  # what the worker is told besides the variables
    errors: tuple[WorkError, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Listener:
    """What is run when something happens to an element: one of expression, script and work.

    `event`: start | end of any element, take of a flow, create | assignment | update | timeout | complete | delete of
    a user task. `timer`: when a timeout is.
    """

    event: str
    expression: Expression | None = None
    script: Expression | None = None
    work: ExternalWork | None = None
    timer: Trigger | None = None
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

    connector: str  # the name in server/connectors
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()  # evaluated with the answer's fields as variables
    errors: tuple[WorkError, ...] = ()  # answers that mean an error, asked before the outputs
