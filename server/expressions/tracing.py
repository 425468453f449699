"""The parts of an expression in JUEL or Python with their values, for whoever asks why it came out so."""

from collections.abc import Callable
from typing import Any

from server.errors import Failure
from server.expressions.explained import Explained, brief, told
from server.expressions.facade import Facade
from server.expressions.run import Run

Node = Callable[[Run], Any]

_PARTS = 400
"""Parts kept: nobody reads more."""
_TRIVIAL = frozenset({"true", "false", "null", "True", "False", "None", "execution", "task"})


class Tracer:
    """Evaluates once and writes down what each part was; *text* is the whole, *inner* what of it is calculated."""

    def __init__(self, text: str, inner: str) -> None:
        self._text = text
        self._inner = inner
        self._open: list[list[Explained]] = [[]]
        self._left = _PARTS

    def explain(self, node: Node, run: Run) -> Explained:
        """The value of *node*, whose parts were given to `watched`."""
        value, failure = None, ""
        try:
            value = node(run)
        except (Failure, RecursionError, MemoryError) as error:
            failure = told(error)
        parts = self._open[0]
        if len(parts) == 1 and parts[0].text == self._inner:
            parts = list(parts[0].parts)
        return Explained(self._text.strip(), brief(value), tuple(parts), failure)

    def watched(self, text: str, node: Node) -> Node:
        if text in _TRIVIAL:
            return node

        def watch(run: Run) -> Any:
            self._left -= 1
            if self._left < 0:
                return node(run)
            inner: list[Explained] = []
            self._open.append(inner)
            try:
                value = node(run)
            finally:
                self._open.pop()
            if not isinstance(value, Facade):
                self._open[-1].append(Explained(text, brief(value), tuple(inner)))
            return value

        return watch
