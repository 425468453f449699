"""What a DMN file means: frozen, with names of types not yet resolved and texts of expressions not yet understood."""

from __future__ import annotations

from dataclasses import dataclass

ANY = "Any"


@dataclass(frozen=True)
class Literal:
    """An expression as text (DMN 1.5, 7.3.7). `language` is "feel", "juel" or "python"; `line` counts from 1."""

    text: str
    language: str = "feel"
    type_ref: str | None = None
    line: int = 0
    id: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A name and the type its value must have: a formal parameter, a column of a relation, a variable."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True)
class Entry:
    """A named part of a context, or a binding of an invocation; without a name it is the context's result."""

    variable: Parameter | None
    value: Logic | None


@dataclass(frozen=True)
class Context:
    entries: tuple[Entry, ...]
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Invocation:
    """Calls what *called* gives, each binding being one named argument."""

    called: Logic | None
    bindings: tuple[Entry, ...]
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Function:
    """A function written as a box; `kind` is "FEEL", "Java" or "PMML"."""

    parameters: tuple[Parameter, ...]
    body: Logic | None
    kind: str = "FEEL"
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Relation:
    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Logic | None, ...], ...]
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Items:
    """A boxed list."""

    items: tuple[Logic | None, ...]
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Conditional:
    condition: Logic | None
    then: Logic | None
    otherwise: Logic | None
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Filter:
    source: Logic | None
    match: Logic | None
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Iteration:
    """`kind` is "for", "some" or "every"; the body is what is returned or has to be satisfied."""

    kind: str
    variable: str
    source: Logic | None
    body: Logic | None
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Input:
    """A column on the left: what is looked at, and which values it may have (a list of unary tests, or nothing).

    `variable` is the name by which cells may call the value besides `?` (Camunda's input variable).
    """

    label: str
    expression: Literal
    allowed: Literal | None = None
    variable: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Output:
    """A column on the right. `values` are those it may have, the most important first; `default` stands in."""

    name: str | None
    label: str
    type_ref: str | None = None
    values: Literal | None = None
    default: Literal | None = None
    id: str | None = None


@dataclass(frozen=True)
class Rule:
    """One row; `number` counts from 1."""

    number: int
    id: str
    tests: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    annotations: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Table:
    """A decision table (DMN 1.5, clause 8). `hit_policy` is one of the seven letters U A P F R O C.

    `aggregation` is "", "SUM", "MIN", "MAX" or "COUNT", and counts with C alone.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "U"
    aggregation: str = ""
    annotations: tuple[str, ...] = ()
    type_ref: str | None = None
    line: int = 0
    id: str | None = None


Logic = Literal | Context | Invocation | Function | Relation | Items | Conditional | Filter | Iteration | Table


@dataclass(frozen=True)
class ItemDefinition:
    """A type of the file (7.3.3): another type, or components, or a function; perhaps a list of it; perhaps bounded.

    `allowed` bounds each item, `constraint` the value as a whole.
    """

    name: str
    type_ref: str | None = None
    components: tuple[ItemDefinition, ...] = ()
    is_list: bool = False
    allowed: Literal | None = None
    constraint: Literal | None = None
    function: tuple[tuple[Parameter, ...], str | None] | None = None
    line: int = 0


@dataclass(frozen=True)
class InputData:
    id: str
    name: str
    type_ref: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Decision:
    """`requires` are hrefs of decisions, input data, knowledge models and services, in the order of the file."""

    id: str
    name: str
    variable: Parameter
    logic: Logic | None
    requires: tuple[str, ...] = ()
    version_tag: str | None = None
    documentation: str = ""
    question: str = ""
    line: int = 0


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    variable: Parameter
    logic: Function
    requires: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class DecisionService:
    """Decisions offered as one function; each tuple holds hrefs."""

    id: str
    name: str
    variable: Parameter
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Import:
    """Another file's namespace, and the name under which what it holds is known here ("": without one)."""

    namespace: str
    name: str
    line: int = 0


@dataclass(frozen=True)
class Model:
    """One DMN file."""

    name: str
    namespace: str
    imports: tuple[Import, ...] = ()
    types: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    services: tuple[DecisionService, ...] = ()

    def decision(self, key: str) -> Decision | None:
        """The decision of that id, or else of that name."""
        return next((d for d in self.decisions if d.id == key), None) or next(
            (d for d in self.decisions if d.name == key), None
        )
