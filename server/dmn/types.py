"""Types of values: the built-in ones and item definitions (DMN 1.5, 7.3.3 and 10.3.2.9), what fits them and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from server.expressions.feel import types as feel
from server.expressions.feel.temporal import Day, midnight


class Type(Protocol):
    """A type as far as values go."""

    @property
    def name(self) -> str:
        """What the type is called in a sentence."""

    @property
    def plain(self) -> feel.Type:
        """The type as FEEL knows it, without the bounds of its values."""

    def fits(self, value: Any) -> bool:
        """Whether the value is of the type; null is of every type."""


@dataclass(frozen=True)
class Simple:
    """A type that FEEL has."""

    plain: feel.Type

    @property
    def name(self) -> str:
        return str(self.plain)

    def fits(self, value: Any) -> bool:
        return value is None or feel.instance_of(value, self.plain)


@dataclass(frozen=True)
class ListOf:
    name: str
    item: Type

    @property
    def plain(self) -> feel.Type:
        return feel.Type("list", self.item.plain)

    def fits(self, value: Any) -> bool:
        return value is None or (isinstance(value, list) and all(self.item.fits(each) for each in value))


@dataclass(frozen=True)
class ContextOf:
    """A context with at least these components (10.3.2.9.1: more of them do no harm)."""

    name: str
    components: tuple[tuple[str, Type], ...]

    @property
    def plain(self) -> feel.Type:
        return feel.Type("context", entries=MappingProxyType({name: inner.plain for name, inner in self.components}))

    def fits(self, value: Any) -> bool:
        if value is None:
            return True
        if not isinstance(value, Mapping):
            return False
        return all(name in value and inner.fits(value[name]) for name, inner in self.components)


@dataclass(frozen=True)
class Bounded:
    """Another type, of which only those values count that a question allows."""

    name: str
    inner: Type
    question: Callable[[Any], bool]

    @property
    def plain(self) -> feel.Type:
        return self.inner.plain

    def fits(self, value: Any) -> bool:
        return value is None or (self.inner.fits(value) and self.question(value))


@dataclass(frozen=True)
class Deferred:
    """A type that is being read and names itself: it is looked up when a value comes."""

    name: str
    found: Callable[[], Type]
    plain: feel.Type = feel.ANY

    def fits(self, value: Any) -> bool:
        return self.found().fits(value)


class Misfit(Exception):
    """The value is not of the type and cannot be made to be; the sentence says so."""


def fitted(value: Any, kind: Type) -> Any:
    """The value as one of that type, after the implicit conversions of 10.3.2.9.4.

    A list of one item gives the item, an item stands for a list of one, a date gives midnight UTC. Raises `Misfit`.
    """
    if kind.fits(value):
        return value
    if isinstance(value, list) and len(value) == 1 and kind.fits(value[0]):
        return value[0]
    if not isinstance(value, list) and kind.fits([value]):
        return [value]
    if isinstance(value, Day) and kind.fits(midnight(value)):
        return midnight(value)
    raise Misfit(f"{shown(value)} is not of type {kind.name}")


def shown(value: Any) -> str:
    """A value in a sentence, in one line of bounded length."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


ANY = Simple(feel.ANY)

BUILT_IN: Mapping[str, Type] = MappingProxyType(
    {name: Simple(kind) for name, kind in feel.SIMPLE.items()}
    # what Camunda's editor offers besides
    | {name: Simple(feel.NUMBER) for name in ("integer", "long", "double")}
)
