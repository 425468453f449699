"""The methods that JUEL may call and the properties it may read, by the kind of the value: a fixed table.

The names are those of Java, since the models were written for it: methods of String, List, Map, of dates
(java.util and java.time alike), and the few of Spin's JSON nodes that conditions use.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import invoke, measured
from server.expressions.durations import Period
from server.expressions.facade import Facade
from server.expressions.juel.calendar import DATE, DATETIME, TIME
from server.expressions.juel.coercion import as_number, as_text, equal
from server.expressions.juel.everyone import ANY, Members, contains, itself, text_of, whole_of
from server.expressions.juel.texts import TEXT
from server.expressions.run import Run
from server.expressions.wording import kind


@measured
def _holds(run: Run, value: dict[Any, Any], other: Any) -> bool:
    return operations.contains(run, list(value.values()), other)


def _at(found: list[Any], index: Any) -> Any:
    place = whole_of(index)
    if not 0 <= place < len(found):
        raise Failure(f"there is no entry {place} among {len(found)}")
    return found[place]


@measured
def _position(run: Run, found: list[Any], value: Any) -> int:
    return next((place for place, item in enumerate(found) if equal(run, item, value)), -1)


@measured
def _joined(run: Run, found: list[Any], separator: Any = ",") -> str:
    return run.joined([as_text(run, item) for item in found], text_of(separator))


@measured
def _listed(run: Run, found: Any) -> list[Any]:
    run.items(len(found), 8)
    return list(found)


@measured
def _values(run: Run, found: dict[Any, Any]) -> list[Any]:
    run.items(len(found), 8)
    return list(found.values())


def _entry(found: dict[Any, Any], name: Any) -> Any:
    if name not in found:
        raise Failure(f"there is no entry '{name}' in the mapping")
    return found[name]


def _number(value: Any) -> Any:
    return as_number(value)


def _computed(apply: operations.Operation) -> Callable[..., Any]:
    @measured
    def compute(run: Run, number: Any, other: Any) -> Any:
        return apply(run, number, as_number(other))

    return compute


def _first(found: list[Any]) -> Any:
    return _at(found, 0)


def _last(found: list[Any]) -> Any:
    return _at(found, len(found) - 1)


@measured
def _last_position(run: Run, found: list[Any], value: Any) -> int:
    return next((place for place in range(len(found) - 1, -1, -1) if equal(run, found[place], value)), -1)


@measured
def _contains_all(run: Run, found: list[Any], others: Any) -> bool:
    if type(others) not in (list, tuple):
        raise Failure(f"a list is expected, and {kind(others)} is given")
    run.charge(len(others))
    return all(operations.contains(run, found, other) for other in others)


@measured
def _part(run: Run, found: list[Any], start: Any, end: Any) -> list[Any]:
    first, last = whole_of(start), whole_of(end)
    if not 0 <= first <= last <= len(found):
        raise Failure(f"the list has {len(found)} entries and no part from {first} to {last}")
    run.items(last - first, 8)
    return list(found[first:last])


@measured
def _entries(run: Run, found: dict[Any, Any]) -> list[dict[str, Any]]:
    run.items(len(found), 300)
    return [{"key": key, "value": value} for key, value in found.items()]


@measured
def _whole(run: Run, number: Any) -> Any:
    return operations.bounded(run, int(number))


_NUMBER: Members = ANY | {
    "intValue": _whole,
    "longValue": _whole,
    "doubleValue": float,
    "numberValue": itself,
    "shortValue": _whole,
    "floatValue": float,
    "add": _computed(operations.add),
    "subtract": _computed(operations.subtract),
    "multiply": _computed(operations.multiply),
    "divide": _computed(operations.divide),
    "remainder": _computed(operations.modulo),
    "negate": lambda number: -number,
    "abs": abs,
    "signum": lambda number: (number > 0) - (number < 0),
    "compareTo": lambda number, other: (number > as_number(other)) - (number < as_number(other)),
}
_LIST: Members = ANY | {
    "size": len,
    "isEmpty": lambda found: not found,
    "contains": contains,
    "get": _at,
    "containsAll": _contains_all,
    "getFirst": _first,
    "getLast": _last,
    "indexOf": _position,
    "lastIndexOf": _last_position,
    "subList": _part,
    "toArray": _listed,
    "elements": _listed,
    "join": _joined,
}
_MAPPING: Members = ANY | {
    "size": len,
    "isEmpty": lambda found: not found,
    "get": lambda found, key: found.get(key),
    "getOrDefault": lambda found, key, default: found.get(key, default),
    "containsKey": contains,
    "containsValue": _holds,
    "keySet": _listed,
    "values": _values,
    "entrySet": _entries,
    "prop": _entry,
    "hasProp": contains,
}
_METHODS: Mapping[type, Members] = MappingProxyType(
    {
        str: TEXT,
        int: _NUMBER,
        float: _NUMBER,
        Decimal: _NUMBER,
        bool: ANY | {"boolValue": itself, "booleanValue": itself},
        list: _LIST,
        tuple: _LIST,
        dict: _MAPPING,
        date: DATE,
        datetime: DATETIME,
        time: TIME,
        timedelta: ANY | {"toMillis": lambda delta: delta // timedelta(milliseconds=1)},
        Period: ANY,
    }
)


def _property_of(method: str) -> str | None:
    """`businessKey` for `getBusinessKey`, `open` for `isOpen`."""
    for prefix in ("get", "is"):
        if method.startswith(prefix) and method[len(prefix) :][:1].isupper():
            return method[len(prefix)].lower() + method[len(prefix) + 1 :]
    return None


def read_property(holder: Any, name: Any, spelt: str) -> Any:
    """`holder.name` or `holder[name]`: null for null and for what a list or mapping does not have."""
    if holder is None:
        return None
    if type(holder) is dict:
        return holder.get(name) if type(name) in (str, int, bool) else None
    if type(holder) in (list, tuple) and not (type(name) is str and name.isalpha()):
        index = whole_of(name)
        return holder[index] if 0 <= index < len(holder) else None
    if isinstance(holder, Facade) and holder.has(name):
        return holder.read(name)
    getter = _METHODS.get(type(holder), {}).get(f"get{name[:1].upper()}{name[1:]}") if type(name) is str else None
    if getter is not None:
        return getter(holder)
    raise Failure(f"'{spelt}' is {kind(holder)} and has no '{name}'")


def call_method(run: Run, holder: Any, name: str, spelt: str, values: Sequence[Any]) -> Any:
    """`holder.name(...)`; a getter of Java reads the property that it is named for."""
    method: Callable[..., Any] | None
    if isinstance(holder, Facade):
        method, arguments = holder.methods.get(name), [*values]
    else:
        method, arguments = _METHODS.get(type(holder), {}).get(name), [holder, *values]
    if method is not None:
        return invoke(run, name, method, arguments)
    read = _property_of(name)
    if read is not None and not values:
        if type(holder) is dict and read in holder:
            return holder[read]
        if isinstance(holder, Facade) and holder.has(read):
            return holder.read(read)
    if holder is None:
        raise Failure(f"'{spelt}' is null, so '{name}' cannot be asked of it")
    raise Failure(f"'{spelt}' is {kind(holder)} and has no method '{name}'")
