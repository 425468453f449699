"""How built-in functions say what they take: names and kinds of their parameters, checked before each call."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions.feel.calling import OMITTED
from server.expressions.feel.run import FeelRun
from server.expressions.feel.temporal import Clock, Day, DaysDuration, Moment, MonthsDuration
from server.expressions.feel.types import type_name
from server.expressions.feel.values import FeelFunction, Range

_KINDS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "number": (Decimal,),
        "string": (str,),
        "boolean": (bool,),
        "date": (Day,),
        "time": (Clock,),
        "moment": (Moment,),
        "days": (DaysDuration,),
        "months": (MonthsDuration,),
        "range": (Range,),
        "function": (FeelFunction,),
        "list": (list,),
        "context": (dict,),
        "null": (type(None),),
    }
)
Registry = dict[str, FeelFunction]


class _Parameter:
    """One parameter, as `name?: kind|kind` says: "?" may be left out, "*" takes all that follows as one list."""

    def __init__(self, text: str) -> None:
        self.name, _, kinds = text.partition(": ")
        words = kinds.split("|")
        self.plain_name = self.name.rstrip("?*")
        self.words = " or a ".join(words)
        self.any = "any" in words
        self.takes_list = "list" in words
        self.types = frozenset(kind for word in words for kind in _KINDS.get(word, ()))

    def fits(self, value: Any) -> bool:
        return self.any or type(value) in self.types

    def adapt(self, value: Any) -> tuple[Any, bool]:
        """The value as the function is given it, and whether it may: a single one for a list and the reverse."""
        if self.any or type(value) in self.types:
            return value, True
        if value is None:
            return None, False
        if self.takes_list:
            return [value], True
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return value[0], True
        return None, False


def builtin(registry: Registry, name: str, *signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under *name*; it is called with the run and the values, None for what was left out."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        ways = [_way(name, signature, function) for signature in signatures]
        first = ways[0]
        registry[name] = FeelFunction(name, first.parameters, first.invoke, others=tuple(ways[1:]))
        return function

    return register


def _way(name: str, signature: str, function: Callable[..., Any]) -> FeelFunction:
    parameters = [_Parameter(text) for text in signature.split(", ")] if signature else []
    fixed = [parameter for parameter in parameters if not parameter.name.endswith("*")]
    rest = parameters[-1] if parameters and parameters[-1].name.endswith("*") else None

    def invoke(run: FeelRun, values: tuple[Any, ...]) -> Any:
        given: list[Any] = []
        for parameter, value in zip(fixed, values, strict=False):
            if value is OMITTED:
                given.append(None)
                continue
            adapted, fits = parameter.adapt(value)
            if not fits:
                return run.fail(_mismatch(name, parameter, value))
            given.append(adapted)
        if rest is not None:
            many = list(values[len(fixed) :])
            wrong = next((value for value in many if not rest.fits(value)), OMITTED)
            if wrong is not OMITTED:
                return run.fail(_mismatch(name, rest, wrong))
            given.append(many)
        try:
            return function(run, *given)
        except ArithmeticError:
            return run.fail(f"the result of '{name}' is too large or not defined")

    return FeelFunction(name, tuple(parameter.name for parameter in parameters), invoke)


def _mismatch(name: str, parameter: _Parameter, value: Any) -> str:
    return f"'{name}' needs a {parameter.words} as '{parameter.plain_name}', and {type_name(value)} is given"
