"""The methods that JUEL may call and the properties it may read, by the kind of the value: a fixed table.

The names are those of Java, since the models were written for it: methods of String, List, Map, of dates
(java.util and java.time alike), and the few of Spin's JSON nodes that conditions use.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import invoke, measured
from server.expressions.durations import Period, add_period
from server.expressions.facade import Facade
from server.expressions.juel.coercion import as_number, as_text, equal
from server.expressions.run import Run
from server.expressions.wording import kind

Members = dict[str, Callable[..., Any]]


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Failure(f"text is expected, and {kind(value)} is given")
    return value


def _whole(value: Any) -> int:
    number = as_number(value)
    if number != int(number):
        raise Failure("a whole number is expected")
    return int(number)


def _substring(text: str, start: Any, end: Any = None) -> str:
    first, last = _whole(start), len(text) if end is None else _whole(end)
    if not 0 <= first <= last <= len(text):
        raise Failure(f"the text has {len(text)} characters and no part from {first} to {last}")
    return text[first:last]


def _char_at(text: str, index: Any) -> str:
    return _substring(text, index, _whole(index) + 1)


@measured
def _concat(run: Run, text: str, other: Any) -> Any:
    return operations.add(run, text, as_text(run, other))


@measured
def _replace(run: Run, text: str, old: Any, new: Any) -> str:
    run.text(len(text) + text.count(_text(old)) * max(0, len(_text(new)) - len(old)))
    return text.replace(old, new)


@measured
def _split(run: Run, text: str, separator: Any) -> list[str]:
    if not _text(separator) or (set(separator) & set("\\[](){}*+?|^$.") and len(separator) > 1):
        raise Failure("'split' takes a plain separator, not a pattern")
    run.spend(len(text) * 60)
    return text.split(separator)


@measured
def _same(run: Run, value: Any, other: Any) -> bool:
    """Java's equals(): no text equals a number."""
    if type(value) is not type(other) and not {type(value), type(other)} <= {int, float, Decimal}:
        return False
    return equal(run, value, other)


@measured
def _contains(run: Run, value: Any, other: Any) -> bool:
    return operations.contains(run, value, other)


@measured
def _holds(run: Run, value: dict[Any, Any], other: Any) -> bool:
    return operations.contains(run, list(value.values()), other)


@measured
def _to_string(run: Run, value: Any) -> str:
    return as_text(run, value)


def _at(found: list[Any], index: Any) -> Any:
    place = _whole(index)
    if not 0 <= place < len(found):
        raise Failure(f"there is no entry {place} among {len(found)}")
    return found[place]


@measured
def _position(run: Run, found: list[Any], value: Any) -> int:
    return next((place for place, item in enumerate(found) if equal(run, item, value)), -1)


@measured
def _joined(run: Run, found: list[Any], separator: Any = ",") -> str:
    texts = [as_text(run, item) for item in found]
    run.text(sum(map(len, texts)) + len(_text(separator)) * len(texts))
    return _text(separator).join(texts)


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


def _plus(unit: str, sign: int) -> Callable[[Any, Any], Any]:
    def apply(moment: Any, count: Any) -> Any:
        number = _whole(count) * sign
        if unit in ("years", "months"):
            return add_period(moment, Period(months=number * (12 if unit == "years" else 1)))
        if type(moment) is date and unit not in ("days", "weeks"):
            raise Failure(f"a date without time cannot be moved by {unit}")
        return moment + timedelta(**{unit: number})

    return apply


def _before(moment: Any, other: Any) -> bool:
    return bool(moment < other)


def _after(moment: Any, other: Any) -> bool:
    return bool(moment > other)


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def _itself(value: Any) -> Any:
    return value


def _number(value: Any) -> Any:
    return as_number(value)


_ANY: Members = {"equals": _same, "toString": _to_string, "value": _itself}
_TEXT: Members = _ANY | {
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "contains": _contains,
    "equalsIgnoreCase": lambda text, other: type(other) is str and text.casefold() == other.casefold(),
    "startsWith": lambda text, start: text.startswith(_text(start)),
    "endsWith": lambda text, end: text.endswith(_text(end)),
    "indexOf": lambda text, part: text.find(_text(part)),
    "lastIndexOf": lambda text, part: text.rfind(_text(part)),
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "strip": str.strip,
    "substring": _substring,
    "charAt": _char_at,
    "concat": _concat,
    "replace": _replace,
    "split": _split,
    "compareTo": lambda text, other: (text > _text(other)) - (text < other),
    "stringValue": _itself,
}
_NUMBER: Members = _ANY | {
    "intValue": int,
    "longValue": int,
    "doubleValue": float,
    "numberValue": _itself,
    "compareTo": lambda number, other: (number > as_number(other)) - (number < as_number(other)),
}
_LIST: Members = _ANY | {
    "size": len,
    "isEmpty": lambda found: not found,
    "contains": _contains,
    "get": _at,
    "indexOf": _position,
    "elements": _listed,
    "join": _joined,
}
_MAPPING: Members = _ANY | {
    "size": len,
    "isEmpty": lambda found: not found,
    "get": lambda found, key: found.get(key),
    "getOrDefault": lambda found, key, default: found.get(key, default),
    "containsKey": _contains,
    "containsValue": _holds,
    "keySet": _listed,
    "values": _values,
    "prop": _entry,
    "hasProp": _contains,
}
_PARTS: Members = {
    "getYear": lambda moment: moment.year,
    "getMonthValue": lambda moment: moment.month,
    "getDayOfMonth": lambda moment: moment.day,
    "isBefore": _before,
    "isAfter": _after,
    "before": _before,
    "after": _after,
    "compareTo": lambda moment, other: (moment > other) - (moment < other),
    "toDate": _itself,
}
_DATE: Members = (
    _ANY
    | _PARTS
    | {
        f"plus{unit.title()}": _plus(unit, 1)
        for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
    | {
        f"minus{unit.title()}": _plus(unit, -1)
        for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
)
_DATETIME: Members = _DATE | {
    "getHour": lambda moment: moment.hour,
    "getMinute": lambda moment: moment.minute,
    "getSecond": lambda moment: moment.second,
    "getTime": _milliseconds,
    "toLocalDate": datetime.date,
    "withZone": lambda moment, name: moment.astimezone(_zone(_text(name))),
}
_METHODS: Mapping[type, Members] = MappingProxyType(
    {
        str: _TEXT,
        int: _NUMBER,
        float: _NUMBER,
        Decimal: _NUMBER,
        bool: _ANY | {"boolValue": _itself, "booleanValue": _itself},
        list: _LIST,
        tuple: _LIST,
        dict: _MAPPING,
        date: _DATE,
        datetime: _DATETIME,
        time: _ANY,
        timedelta: _ANY | {"toMillis": lambda delta: delta // timedelta(milliseconds=1)},
        Period: _ANY,
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
    if type(holder) in (list, tuple):
        index = _whole(name)
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
