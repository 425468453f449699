"""Four families of error, one for each addressee: the caller, the model, an operator, and us (everything else)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was handed in: where it is, what it is, how to mend it.

    `element` is the id of a BPMN element or the key of a form field; `line` counts from 1, 0 where there is none;
    a `level` of "ignored" is told to the person but refuses nothing. `code` names the rule that is broken and never
    changes, for other people's tools; only what is said about models has one.
    """

    text: str
    element: str | None = None
    line: int = 0
    resource: str | None = None
    level: str = "problem"  # problem | warning | ignored
    code: str = ""


class Rejection(Exception):
    """The request cannot be carried out; nothing has changed."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """What the person is told; a `Sentence` stays one."""
        return cast(str, self.args[0])


class NotFound(Rejection):
    """There is nothing here by that name, or you may not see it."""


class Forbidden(Rejection):
    """You may not do this."""


class Conflict(Rejection):
    """Somebody else was faster: the state has changed since you looked."""


class Outdated(Conflict):
    """It has changed since you looked, and you asked that nothing is done then."""


class Repeated(Conflict):
    """This very request was carried out before."""


class Unavailable(Rejection):
    """The database cannot take this just now. Nothing was changed; try again in a moment."""


class Invalid(Rejection):
    """What was handed in cannot be accepted as it is."""

    def __init__(self, message: str | None = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class BpmnError(Exception):
    """A business error that the model may catch by its code (BPMN 2.0.2, 10.5.1)."""

    def __init__(self, code: str, message: str = "", variables: dict[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.variables = variables or {}


class Failure(Exception):
    """Carrying out a step went wrong; an operator is told by an incident and nothing that was submitted is lost.

    `line` is the line within the text that failed (0: unknown); `names` are the variables which that text reads.
    """

    def __init__(self, message: str, line: int = 0, names: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.line = line
        self.names = tuple(names)
