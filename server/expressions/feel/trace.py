"""Why an expression came out as it did: its parts with their values, outermost first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server.errors import Failure
from server.expressions.feel import syntax
from server.expressions.feel.building import Builder
from server.expressions.feel.run import FeelRun, Frame, Report
from server.expressions.feel.values import FeelFunction

_PARTS = 400
"""Parts kept: a loop visits its parts once a round, and nobody reads more."""
_TRIVIAL = (syntax.Literal, syntax.At)


@dataclass(frozen=True)
class Explanation:
    """A part of the text with its value and the parts within it; `failure` is the sentence where it ended in one."""

    text: str
    value: Any
    parts: "tuple[Explanation, ...]" = ()
    reports: tuple[Report, ...] = ()
    failure: str | None = None


class Tracer:
    """Evaluates a tree once and writes down what each part of it was."""

    def __init__(self, text: str, tree: syntax.Part) -> None:
        self._text = text
        self._tree = tree
        self._open: list[list[Explanation]] = [[]]
        self._left = _PARTS

    def explain(self, run: FeelRun, tested: tuple[Any, ...] = ()) -> Explanation:
        """The parts of one evaluation; *tested* holds the value that unary tests are about."""
        node = Builder(self._watched).build(self._tree)
        frame = Frame(run, run.scope)
        return self._explain(run, node, Frame(run, {"?": tested[0]}, frame) if tested else frame)

    def _explain(self, run: FeelRun, node: Callable[[Frame], Any], frame: Frame) -> Explanation:
        failure: str | None = None
        value: Any = None
        try:
            value = node(frame)
        except (Failure, RecursionError, MemoryError, OverflowError) as error:
            failure = str(error) if isinstance(error, Failure) else "it is nested too deeply"
        parts = self._open[0]
        if len(parts) == 1 and parts[0].text == self._text.strip():
            parts = list(parts[0].parts)
        return Explanation(self._text.strip(), value, tuple(parts), tuple(run.reports), failure)

    def _watched(self, part: syntax.Part, node: Callable[[Frame], Any]) -> Callable[[Frame], Any]:
        if isinstance(part, _TRIVIAL):
            return node
        text = self._text[part.start : part.end]

        def watch(frame: Frame) -> Any:
            self._left -= 1
            if self._left < 0:
                return node(frame)
            inner: list[Explanation] = []
            self._open.append(inner)
            try:
                value = node(frame)
            finally:
                self._open.pop()
            if not isinstance(value, FeelFunction):
                self._open[-1].append(Explanation(text, value, tuple(inner)))
            return value

        return watch
