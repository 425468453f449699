"""What stands around an expression of a model: the names it may use, the types it may name, where to complain."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.dmn import texts
from server.dmn.decision import Literal
from server.dmn.item_definitions import Types
from server.dmn.run import Run
from server.dmn.types import Misfit, Type, fitted
from server.errors import Invalid, Problem

Scope = Mapping[str, Any]
Step = Callable[[Scope, Run], Any]
"""An expression made ready: its value in a scope."""
Holds = Callable[[Any, Scope, Run], bool]
"""A cell made ready: whether it allows a value."""


@dataclass(frozen=True)
class Surroundings:
    """`names` are in scope; `parts` are names of components anywhere in the file, which may follow a dot.

    `problems` collects what cannot be understood; `resource` is the file it is in, `element` the id around it.
    """

    names: frozenset[str]
    parts: frozenset[str]
    types: Types
    resource: str
    element: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def with_names(self, names: Collection[str]) -> "Surroundings":
        return replace(self, names=self.names | frozenset(names))

    def type_of(self, name: str | None) -> Type | None:
        """The type of that name; None where none is stated, or any value will do."""
        return self.types.find(name) if name else None

    def expression(self, literal: Literal) -> Step:
        """The closure of a text. What cannot be understood is a problem of the file, and gives null."""
        try:
            return texts.expression(literal, self.names | self.parts, self.types.plain)
        except Invalid as error:
            self.complain(literal, error)
            told = error.message
            return lambda scope, run: run.note(told, literal.line, broken=True)

    def tests(self, literal: Literal, variable: str | None = None) -> Holds:
        """The closure of a cell; *variable* is another name for the value that it looks at."""
        known = self.names | self.parts | ({variable} if variable else set())
        try:
            return texts.tests(literal, known, self.types.plain, variable)
        except Invalid as error:
            self.complain(literal, error)
            return lambda value, scope, run: False

    def complain(self, literal: Literal, error: Invalid) -> None:
        line = literal.line + max((error.problems[0].line if error.problems else 1) - 1, 0)
        self.problems.append(Problem(error.message, literal.id or self.element, line, self.resource))


def converted(step: Step, kind: Type, line: int) -> Step:
    """The closure whose value is of that type, or null when it cannot be."""

    def convert(scope: Scope, run: Run) -> Any:
        value = step(scope, run)
        try:
            return fitted(value, kind)
        except Misfit as misfit:
            return run.note(str(misfit), line)

    return convert
