"""An expression that has been understood, whatever its language: names, and a closure to run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.errors import Failure
from server.expressions.run import Run
from server.expressions.settling import settle
from server.expressions.wording import excerpt


@dataclass(frozen=True)
class Evaluation:
    """See `Compiled`. A value is handed out as a copy, so that it shares nothing with a variable."""

    text: str
    names: frozenset[str]
    node: Callable[[Run], Any]

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> Any:
        run = Run(scope, functions)
        try:
            return settle(self.node(run))
        except Failure as failure:
            sentence = str(failure)
            if not failure.names and not sentence.startswith(("The ", "There ")):
                sentence = f"The expression `{excerpt(self.text)}` cannot be evaluated: {sentence}"
            raise Failure(sentence, failure.line or 1, failure.names or sorted(self.names)) from None
        except (RecursionError, MemoryError):
            sentence = f"The expression `{excerpt(self.text)}` is nested too deeply or needs too much memory"
            raise Failure(sentence, 1, sorted(self.names)) from None


@dataclass(frozen=True)
class Variable:
    """The plain name of a variable, null where it is not set (mappings of call activities)."""

    name: str
    names: frozenset[str]

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> Any:
        return settle(scope.get(self.name))


@dataclass(frozen=True)
class Literal:
    """Text that stands for itself."""

    text: str
    names: frozenset[str] = frozenset()

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any] | Any] = {}) -> str:
        return self.text
