"""An object of the engine as expressions see it: the members that are named here, and no others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Facade:
    """For instance `execution`: given among the functions, it is found by its name in every language.

    `properties` are values, or callables without arguments that are asked when the property is read;
    `methods` are called with what the expression passes. A property `businessKey` answers to
    `getBusinessKey()` too, as people write who come from Java.
    """

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    methods: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def has(self, member: str) -> bool:
        return member in self.properties

    def read(self, member: str) -> Any:
        value = self.properties[member]
        return value() if callable(value) else value
