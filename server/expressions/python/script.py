"""A script while it runs: on copies of the variables, which reach the scope only when it has ended well."""

from collections.abc import Callable, Mapping, MutableMapping
from enum import Enum
from typing import Any

from server.errors import BpmnError, Failure
from server.expressions.run import Run
from server.expressions.settling import NESTED, settle
from server.expressions.values import dump


class Flow(Enum):
    """How a statement ended, when not simply at its end."""

    BREAK = "break"
    CONTINUE = "continue"


Statement = Callable[[Run], Flow | None]


class Drafts(dict[str, Any]):
    """The variables while a script runs: read from the scope on demand, copied, and written back only at the end."""

    def __init__(self, scope: Mapping[str, Any], copies: bool) -> None:
        super().__init__()
        self.source = scope
        self.copies = copies
        self.assigned: set[str] = set()
        self.removed: set[str] = set()

    def __missing__(self, name: str) -> Any:
        if name in self.removed:
            raise KeyError(name)
        value = self.source[name]
        if self.copies and type(value) in NESTED:
            value = settle(value)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (name in self.source and name not in self.removed)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def assign(self, name: str, value: Any) -> None:
        self[name] = value
        self.assigned.add(name)
        self.removed.discard(name)

    def remove(self, name: str) -> None:
        if name not in self:
            raise Failure(f"The variable '{name}' is not set")
        self.pop(name, None)
        self.assigned.discard(name)
        self.removed.add(name)

    def results(self) -> dict[str, Any]:
        """What has to be written: what was assigned, and what was read and has been changed in place."""
        found = {name: settle(value) for name, value in self.items() if name in self.assigned}
        for name, value in self.items():
            if self.copies and type(value) in NESTED and name not in self.assigned:
                changed = settle(value)
                if dump(changed) != dump(self.source[name]):
                    found[name] = changed
        return found


def in_place(sentence: str, line: int) -> str:
    """*sentence* with the place in front, unless it is a sentence of its own."""
    return sentence if sentence.startswith(("The ", "There ")) else f"Line {line} of the script fails: {sentence}"


class Script:
    """A script that has been understood: see `CompiledScript`."""

    def __init__(self, body: Statement, names: frozenset[str], changes: bool) -> None:
        self.names = names
        self._body = body
        self._changes = changes

    def run(self, scope: MutableMapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> None:
        drafts = Drafts(scope, self._changes)
        run = Run(drafts, functions)
        try:
            raised = self._raised_by(run)
            results = drafts.results()
        except Failure as failure:
            line = failure.line or run.line
            raise Failure(in_place(str(failure), line), line, failure.names or sorted(self.names)) from None
        except (RecursionError, MemoryError):
            sentence = "it is nested too deeply or needs too much memory"
            raise Failure(in_place(sentence, run.line), run.line, sorted(self.names)) from None
        if raised is not None:
            raised.variables = {**results, **raised.variables}
            raise raised
        for name in drafts.removed:
            if name in scope:
                del scope[name]
        for name, value in results.items():
            scope[name] = value

    def _raised_by(self, run: Run) -> BpmnError | None:
        try:
            self._body(run)
        except BpmnError as error:
            return error
        return None
