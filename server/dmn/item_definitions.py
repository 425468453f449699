"""Finds the types that a file defines (DMN 1.5, 7.3.3), those of imported files under the name of the import."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from server.dmn import texts
from server.dmn.decision import ItemDefinition, Literal
from server.dmn.run import Run
from server.dmn.types import ANY, BUILT_IN, Bounded, ContextOf, Deferred, ListOf, Simple, Type
from server.expressions.feel import types as feel


class Types:
    """The types that may be named in one file; each is made when it is first asked for."""

    def __init__(self, own: Mapping[str, ItemDefinition], imported: Mapping[str, "Types"]) -> None:
        self._own = own
        self._imported = imported
        self._made: dict[str, Type] = {}
        self._making: set[str] = set()

    def find(self, name: str) -> Type | None:
        """The type of that name; None for Any and for a name that nobody defines, as any value will do then."""
        found = self._find(name)
        return None if found is ANY or found is None else found

    def knows(self, name: str) -> bool:
        """Whether anybody defines the type."""
        return self._find(name) is not None

    def result_of(self, name: str | None) -> Type | None:
        """The type of what a function of that type gives; a name of another type stands for itself."""
        definition = self._own.get(name or "")
        if definition is not None and definition.function is not None:
            given = definition.function[1]
            return self.find(given) if given else None
        return self.find(name) if name else None

    @cached_property
    def plain(self) -> Mapping[str, feel.Type]:
        """The types as FEEL needs them for `instance of`, by name."""
        names = list(self._own) + [
            f"{prefix}.{name}" for prefix, other in self._imported.items() for name in other.plain
        ]
        return {name: found.plain for name in names if (found := self._find(name)) is not None}

    def _find(self, name: str) -> Type | None:
        if name in self._own:
            return self._made_of(self._own[name])
        if name in BUILT_IN:
            return BUILT_IN[name]
        prefix, dot, rest = name.rpartition(".")
        other = self._imported.get(prefix) if dot else None
        if other is not None:
            return other._find(rest)
        return next((found for each in [self._imported.get("")] if each and (found := each._find(name))), None)

    def _made_of(self, definition: ItemDefinition) -> Type:
        name = definition.name
        if name in self._made:
            return self._made[name]
        if name in self._making:
            return Deferred(name, lambda: self._made[name])
        self._making.add(name)
        self._made[name] = self._make(definition)
        self._making.discard(name)
        return self._made[name]

    def _make(self, definition: ItemDefinition) -> Type:
        kind: Type
        if definition.function is not None:
            kind = Simple(feel.SIMPLE["function"])
        elif definition.components:
            inner = tuple((each.name, self._make(each)) for each in definition.components)
            kind = ContextOf(definition.name, inner)
        else:
            kind = self._find(definition.type_ref or "") or ANY
        if definition.allowed is not None:
            kind = Bounded(definition.name, kind, _question(definition.allowed))
        if definition.is_list:
            kind = ListOf(definition.name, kind)
        if definition.constraint is not None:
            kind = Bounded(definition.name, kind, _question(definition.constraint))
        return kind


def _question(allowed: Literal) -> Callable[[Any], bool]:
    """Whether a value passes the unary tests of a type, which know no names but their own `?`."""
    holds = texts.tests(allowed, frozenset(), {}, None)
    return lambda value: holds(value, {}, Run())
