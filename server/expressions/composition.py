"""Lists and maps that are composed of expressions in any language, as input and output parameters are written.

The text is JSON: `["value", text, language, line]`, `["list", [...]]` or `["map", {name: ...}]`, nested at will.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.expressions.expression import Compiled, Expression

Part = list[Any]
Parse = Callable[[Expression], Compiled]


@dataclass(frozen=True)
class Composition:
    """A list or map, understood."""

    names: frozenset[str]
    parts: "Compiled | tuple[Composition, ...] | Mapping[str, Composition]"

    def evaluate(self, scope: Mapping[str, Any], functions: Mapping[str, Any] = {}) -> Any:
        if isinstance(self.parts, tuple):
            return [part.evaluate(scope, functions) for part in self.parts]
        if isinstance(self.parts, Mapping):
            return {name: part.evaluate(scope, functions) for name, part in self.parts.items()}
        return self.parts.evaluate(scope, functions)


def read_composition(expression: Expression, parse: Parse) -> Composition:
    """Raises Invalid for the first expression in it that is not understood."""
    return _read(json.loads(expression.text), parse)


def _read(part: Part, parse: Parse) -> Composition:
    kind, inner, *rest = part
    if kind == "list":
        several = tuple(_read(one, parse) for one in inner)
        return Composition(_names(several), several)
    if kind == "map":
        named = {name: _read(one, parse) for name, one in inner.items()}
        return Composition(_names(tuple(named.values())), named)
    compiled = parse(Expression(inner, rest[0], rest[1]))
    return Composition(compiled.names, compiled)


def _names(parts: tuple[Composition, ...]) -> frozenset[str]:
    return frozenset(name for part in parts for name in part.names)
