"""A pattern's program run on a text: it never tries the same step at the same place twice, so it ends soon."""

from collections.abc import Iterator

from server.errors import Failure
from server.expressions.patterns.program import Do, Pattern
from server.expressions.run import Run

Groups = tuple[int, ...]
_STEPS_A_TICK = 4
"""A step of a pattern costs about a quarter of what a step of an expression costs."""
_WAITING = 200_000


class Matcher:
    """One text and one pattern, within the budget of a run."""

    def __init__(self, run: Run, pattern: Pattern, text: str) -> None:
        self._run = run
        self._pattern = pattern
        self._text = text
        self._steps = 0

    def search(self, start: int) -> Groups | None:
        """The first match at *start* or later: begin and end of the whole and of each group, -1 for none."""
        pattern, text = self._pattern, self._text
        if pattern.literal is not None:
            found = text.find(pattern.literal, start)
            return None if found < 0 else (found, found + len(pattern.literal))
        tried: set[int] = set()
        first = pattern.steps[0]
        for at in range(start, len(text) + 1):
            if first.do is Do.ONE and first.chars is not None and (at == len(text) or not first.chars(text[at])):
                self._count()
                continue
            groups = self._match(at, tried)
            if groups is not None:
                return groups
        return None

    def all(self) -> Iterator[Groups]:
        """Every match, one after another, none within another."""
        at = 0
        while (found := self.search(at)) is not None:
            self._run.tick()
            yield found
            at = found[1] if found[1] > found[0] else found[1] + 1
            if at > len(self._text):
                return

    def _count(self) -> None:
        self._steps += 1
        if self._steps % _STEPS_A_TICK == 0:
            self._run.tick()

    def _match(self, start: int, tried: set[int]) -> Groups | None:
        """A match that begins at *start*; choices not yet tried wait on a stack."""
        steps, text, width = self._pattern.steps, self._text, len(self._pattern.steps)
        remember, length = not self._pattern.looks_back, len(text)
        slots = (start, -1) + (-1,) * (self._pattern.slots - 2)
        waiting = [(0, start, slots)]
        while waiting:
            index, at, slots = waiting.pop()
            while True:
                self._count()
                step = steps[index]
                do = step.do
                index += 1
                if do is Do.ONE:
                    if at < length and step.chars is not None and step.chars(text[at]):
                        at += 1
                        continue
                    break
                if do is Do.SPLIT:
                    if remember:
                        key = at * width + index
                        if key in tried:
                            break
                        tried.add(key)
                    if len(waiting) > _WAITING:
                        raise Failure("a pattern leaves too many choices open")
                    waiting.append((step.second, at, slots))
                    index = step.first
                elif do is Do.JUMP:
                    index = step.first
                elif do is Do.SAVE or do is Do.MARK:
                    slots = (*slots[: step.first], at, *slots[step.first + 1 :])
                elif do is Do.MATCH:
                    return (start, at, *slots[2 : 2 * self._pattern.groups + 2])
                else:
                    moved = self._other(do, step.first, at, slots)
                    if moved is None:
                        break
                    at = moved
        return None

    def _other(self, do: Do, which: int, at: int, slots: Groups) -> int | None:
        """Edges, references to groups, and rounds that got nowhere: where to go on, None for nowhere."""
        text = self._text
        if do is Do.START:
            lines = self._pattern.many_lines and at < len(text) and text[at - 1 : at] == "\n"
            return at if at == 0 or lines else None
        if do is Do.END:
            return at if at == len(text) or (self._pattern.many_lines and text[at] == "\n") else None
        if do is Do.MOVED:
            return at if at > slots[which] else None
        begin, end = slots[2 * which], slots[2 * which + 1]
        part = text[begin:end] if 0 <= begin <= end else ""
        here = text[at : at + len(part)]
        self._run.charge(len(part) // 16)
        same = here == part or (self._pattern.any_case and here.casefold() == part.casefold())
        return at + len(part) if same else None
