"""What an expression is: as written in a model, and as ready to be evaluated."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

Functions = Mapping[str, Any]
"""What the engine offers by name: callables, and facades such as `execution`."""


@dataclass(frozen=True)
class Expression:
    """An expression or script as the model has it.

    `language` is "feel", "juel", "python" or "text" (then the value is the text itself); `line` is the line of the
    model's file on which it begins, 0 where that is unknown.
    """

    text: str
    language: str = "python"
    line: int = 0


class Compiled(Protocol):
    """An expression that has been understood once and may be evaluated any number of times, by any thread."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads: top-level names, neither functions nor `execution`."""

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> Any:
        """Its value; nothing that *scope* holds is changed. Raises Failure with `line` and `names`."""


class CompiledScript(Protocol):
    """A script that has been understood once and may be run any number of times, by any thread."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads."""

    def run(self, scope: MutableMapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> None:
        """Assign what the script assigns into *scope*: all of it when the script ends well, else nothing.

        Raises Failure with `line` and `names`, and BpmnError where the script raises one; that one carries
        in `variables` what had been assigned before.
        """
