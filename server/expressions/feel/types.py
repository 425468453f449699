"""The types of FEEL (DMN 1.5, 10.3.2.9): what is an instance of what, and what becomes what by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions.feel.temporal import Clock, Day, DaysDuration, Moment, MonthsDuration, midnight
from server.expressions.feel.values import FeelFunction, Range


@dataclass(frozen=True)
class Type:
    """`name` is that of a simple type; list, range, context and function say more in the other fields."""

    name: str
    element: "Type | None" = None
    entries: Mapping[str, "Type"] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    parameters: "tuple[Type, ...] | None" = None

    def __str__(self) -> str:
        if self.name in ("list", "range") and self.element is not None:
            return f"{self.name}<{self.element}>"
        if self.name == "context" and self.entries:
            return f"context<{', '.join(f'{key}: {kind}' for key, kind in self.entries.items())}>"
        if self.name == "function" and self.parameters is not None:
            return f"function<{', '.join(map(str, self.parameters))}>->{self.element or 'Any'}"
        return self.name


ANY = Type("Any")
NULL = Type("Null")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_AND_TIME = Type("date and time")
DAYS_DURATION = Type("days and time duration")
MONTHS_DURATION = Type("years and months duration")

_OF_VALUES: Mapping[type, Type] = MappingProxyType(
    {
        type(None): NULL,
        Decimal: NUMBER,
        str: STRING,
        bool: BOOLEAN,
        Day: DATE,
        Clock: TIME,
        Moment: DATE_AND_TIME,
        DaysDuration: DAYS_DURATION,
        MonthsDuration: MONTHS_DURATION,
    }
)
SIMPLE: Mapping[str, Type] = MappingProxyType(
    {kind.name: kind for kind in (*_OF_VALUES.values(), ANY)}
    | {name: Type(name) for name in ("list", "context", "function", "range")}
    | {
        "Any": ANY,
        "any": ANY,
        "Null": NULL,
        "dateTime": DATE_AND_TIME,
        "date time": DATE_AND_TIME,
        "dayTimeDuration": DAYS_DURATION,
        "day time duration": DAYS_DURATION,
        "yearMonthDuration": MONTHS_DURATION,
        "year month duration": MONTHS_DURATION,
    }
)
"""Types by name, those of the older namespaces (10.3.2.2) included."""


def type_name(value: Any) -> str:
    """The name of the type that *value* has, for sentences."""
    simple = _OF_VALUES.get(type(value))
    if simple is not None:
        return "null" if simple is NULL else simple.name
    if type(value) is list:
        return "list"
    if type(value) is dict:
        return "context"
    if type(value) is Range:
        return "range"
    return "function" if isinstance(value, FeelFunction) else f"a foreign value ({type(value).__name__})"


def instance_of(value: Any, kind: Type) -> bool:
    """Whether *value* is an instance of that type; null is one of Null alone."""
    if value is None:
        return kind.name == "Null"
    if kind.name == "Any":
        return True
    simple = _OF_VALUES.get(type(value))
    if simple is not None:
        return simple.name == kind.name
    if type(value) is list:
        return kind.name == "list" and (kind.element is None or all(_fits(item, kind.element) for item in value))
    if type(value) is dict:
        return kind.name == "context" and all(
            name in value and _fits(value[name], entry) for name, entry in kind.entries.items()
        )
    if type(value) is Range:
        return kind.name == "range" and (
            kind.element is None
            or all(instance_of(bound, kind.element) for bound in (value.low, value.high) if bound is not None)
        )
    return isinstance(value, FeelFunction) and kind.name == "function" and _function_fits(value, kind)


def _fits(value: Any, kind: Type) -> bool:
    """Within lists and contexts a null fits every type."""
    return value is None or instance_of(value, kind)


def _function_fits(function: FeelFunction, kind: Type) -> bool:
    if kind.parameters is None:
        return True
    if len(function.parameters) != len(kind.parameters):
        return False
    types = function.types or tuple(ANY for _ in kind.parameters)
    return all(_conforms(asked, own) for asked, own in zip(kind.parameters, types, strict=True))


def _conforms(one: Type, other: Any) -> bool:
    """Whether each value of type *one* may stand where *other* is asked for (10.3.2.9.1)."""
    return other.name == "Any" or one.name == other.name or one.name == "Null"


def coerce(value: Any, kind: Type) -> tuple[Any, bool]:
    """What *value* becomes where *kind* is asked for, and whether it may (10.3.2.9.4); null is always allowed."""
    if value is None or instance_of(value, kind):
        return value, True
    if kind.name == "list":
        item, fits = coerce(value, kind.element or ANY) if type(value) is not list else (None, False)
        if fits:
            return [item], True
        if type(value) is list and kind.element is not None:
            items = [coerce(item, kind.element) for item in value]
            if all(fits for _, fits in items):
                return [item for item, _ in items], True
        return None, False
    if type(value) is list and len(value) == 1:
        return coerce(value[0], kind)
    if type(value) is Day and kind.name == "date and time":
        return midnight(value), True
    return None, False
