"""Variables in scopes: the process, and every activity instance that has variables of its own.

Reading goes outward. Writing goes to the nearest scope that has the name, else to the process. Nothing is copied
along a branch and nothing is merged at a join. What one step writes becomes real all at once (`commit`) or not at
all (`roll_back`). A list or mapping is read anew from its text each time, so no two variables ever share one.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from server.engine.facts import Fact, VariableChanged
from server.engine.snapshot import Parts, variable_key, variable_of
from server.errors import Failure, Invalid
from server.expressions import values

_SHARED = (list, dict)
_REMOVED = object()


class Scope(MutableMapping[str, Any]):
    """The variables that one activity instance sees. An empty one is false, as every mapping: ask `is None`."""

    __slots__ = ("apart", "book", "cache", "number", "outer", "texts")

    def __init__(self, book: "Variables", number: int, outer: "Scope | None", apart: bool = False) -> None:
        self.book, self.number, self.outer, self.apart = book, number, outer, apart
        self.texts: dict[str, str] = {}
        self.cache: dict[str, Any] = {}

    def key(self, name: str) -> str:
        """Of the part that keeps a value."""
        return variable_key(self.number, name, self.apart)

    def holds(self, name: str) -> bool:
        """It has the name itself."""
        pending = self.book.pending.get((self.number, name))
        return name in self.texts if pending is None else pending[0] is not _REMOVED

    def holder(self, name: str) -> "Scope | None":
        scope: Scope | None = self
        while scope is not None:
            if scope.holds(name):
                return scope
            scope = scope.outer
        return None

    def is_pending(self, name: str) -> bool:
        """What it sees by that name has been written and is not committed yet."""
        holder = self.holder(name)
        return holder is not None and (holder.number, name) in self.book.pending

    def own(self, name: str) -> Any:
        """The value that it has itself. Raises KeyError."""
        pending = self.book.pending.get((self.number, name))
        if pending is not None:
            if pending[0] is _REMOVED:
                raise KeyError(name)
            return pending[0]
        if name in self.cache:
            return self.cache[name]
        value = values.load(self.texts[name])
        if not isinstance(value, _SHARED):
            self.cache[name] = value
        return value

    def own_names(self) -> list[str]:
        """In the order of the alphabet, because a database gives them back in any."""
        names = dict.fromkeys(self.texts)
        names.update(dict.fromkeys(name for number, name in self.book.pending if number == self.number))
        return sorted(name for name in names if self.holds(name))

    def set_local(self, name: str, value: Any) -> None:
        self.book.pending[self.number, name] = (value,)

    def __getitem__(self, name: str) -> Any:
        scope = self.holder(name)
        if scope is None:
            raise KeyError(name)
        return scope.own(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.holder(name) is not None

    def __setitem__(self, name: str, value: Any) -> None:
        holder = self.holder(name)
        (self.book[0] if holder is None else holder).set_local(name, value)

    def __delitem__(self, name: str) -> None:
        holder = self.holder(name)
        if holder is None:
            raise KeyError(name)
        holder.set_local(name, _REMOVED)

    def __iter__(self) -> Iterator[str]:
        seen: dict[str, None] = {}
        scope: Scope | None = self
        while scope is not None:
            seen.update(dict.fromkeys(scope.own_names()))
            scope = scope.outer
        return iter(seen)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Variables:
    """All scopes of an instance."""

    def __init__(self, parts: Parts, report: Callable[[Fact], None]) -> None:
        self._parts, self._report = parts, report
        self._scopes: dict[int, Scope] = {0: Scope(self, 0, None)}
        self.pending: dict[tuple[int, str], tuple[Any]] = {}
        self.changed: dict[str, None] = {}  # names, for conditions that read them

    def __getitem__(self, number: int) -> Scope:
        return self._scopes[number]

    def __len__(self) -> int:
        return len(self._scopes)

    def open(self, number: int, outer: Scope, apart: bool = False) -> Scope:
        self._scopes[number] = Scope(self, number, outer, apart)
        return self._scopes[number]

    def adopt(self, number: int, by: int, outer: Scope) -> None:
        """The variables of one activity instance become those of another one."""
        scope = self.open(by, outer)
        for name, text in sorted(self._scopes[number].texts.items()):
            scope.texts[name] = text
            self._parts.write(scope.key(name), text)
            self._report(VariableChanged(name, scope.own(name), by, by))
        self.close(number)

    def close(self, number: int) -> None:
        """An activity instance has ended, and its variables with it."""
        scope = self._scopes.pop(number, None)
        if scope is None:
            return
        for name in scope.texts:
            self._parts.remove(scope.key(name))
        for key in [key for key in self.pending if key[0] == number]:
            del self.pending[key]

    def commit(self, activity: int | None = None) -> None:
        """Make real what has been written. Raises Failure for a value that cannot be kept; then nothing is."""
        if not self.pending:
            return
        texts = {key: None if value is _REMOVED else values.dump(value) for key, (value,) in self.pending.items()}
        self.pending = {}
        for (number, name), text in texts.items():
            scope = self._scopes[number]
            if scope.texts.get(name) == text:
                continue
            scope.cache.pop(name, None)
            self.changed[name] = None
            if text is None:
                del scope.texts[name]
                self._parts.remove(scope.key(name))
                self._report(VariableChanged(name, None, number, activity, removed=True))
            else:
                scope.texts[name] = text
                self._parts.write(scope.key(name), text)
                self._report(VariableChanged(name, scope.own(name), number, activity))

    def accept(self, activity: int | None = None) -> None:
        """Make real what was handed in from outside. Raises Invalid for a value that cannot be kept."""
        try:
            self.commit(activity)
        except Failure as failure:
            self.roll_back()
            raise Invalid(str(failure)) from failure

    def roll_back(self) -> None:
        self.pending = {}

    def restore(self, parts: Mapping[str, str]) -> None:
        """Put the values of the parts into the scopes, which are open already."""
        for key, text in parts.items():
            found = variable_of(key)
            if found is not None:
                number, name = found
                self._scopes[number].texts[name] = text
