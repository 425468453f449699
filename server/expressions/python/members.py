"""The methods and attributes that Python in models may use, by the kind of the value: a fixed table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.errors import Failure
from server.expressions.calls import invoke, measured
from server.expressions.durations import Period
from server.expressions.facade import Facade
from server.expressions.python.entries import as_key, entries
from server.expressions.python.formats import is_date_format
from server.expressions.python.functions import arrange
from server.expressions.run import Run
from server.expressions.settling import NESTED, measure
from server.expressions.wording import kind

Members = dict[str, Callable[..., Any]]

CHANGING = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem"}
)


@measured
def _replace(run: Run, text: str, old: str, new: str, count: int = -1) -> str:
    hits = text.count(old)
    longer = (hits if count < 0 else min(hits, count)) * max(0, len(new) - len(old))
    run.text(len(text) + longer, text.isascii() and new.isascii())
    return text.replace(old, new, count)


@measured
def _join(run: Run, separator: str, parts: Any) -> str:
    texts = entries(run, parts)
    if any(type(text) is not str for text in texts):
        raise Failure("'join' takes texts only; write str(...) around what is none")
    return run.joined(texts, separator)


def _padded(name: str) -> Callable[..., Any]:
    pad = getattr(str, name)

    @measured
    def apply(run: Run, text: str, width: int, *fill: str) -> Any:
        run.text(max(len(text), width), text.isascii() and all(each.isascii() for each in fill))
        return pad(text, width, *fill)

    return apply


def _plain(name: str) -> Callable[..., Any]:
    apply = getattr(str, name)

    @measured
    def call(run: Run, text: str, *values: Any) -> Any:
        result = apply(text, *values)
        if type(result) is str:
            return run.made(result)
        if type(result) is not bool and type(result) is not int:
            run.spend(len(text) * 60)
        return result

    return call


@measured
def _append(run: Run, found: list[Any], value: Any) -> None:
    run.items(len(found) + 1, 0)
    run.spend(40)
    found.append(value)


@measured
def _extend(run: Run, found: list[Any], values: Any) -> None:
    more = entries(run, values)
    run.items(len(found) + len(more), 0)
    found.extend(more)


@measured
def _insert(run: Run, found: list[Any], index: int, value: Any) -> None:
    run.items(len(found) + 1, 0)
    run.spend(40)
    found.insert(index, value)


def _searched(name: str) -> Callable[..., Any]:
    search = getattr(list, name)

    @measured
    def apply(run: Run, found: Any, value: Any) -> Any:
        if type(value) in NESTED:
            measure(value)
            measure(found)
        run.spend(len(found) // 8)
        return search(list(found) if type(found) is tuple else found, value)

    return apply


@measured
def _sort(run: Run, found: list[Any], *, reverse: bool = False) -> None:
    arrange(run, found, reverse)


@measured
def _copied(run: Run, found: Any) -> Any:
    run.items(len(found), 100 if type(found) is dict else 8)
    return found.copy()


def _listed(name: str) -> Callable[..., Any]:
    view = getattr(dict, name)

    @measured
    def apply(run: Run, found: dict[Any, Any]) -> list[Any]:
        run.items(len(found), 70)
        return list(view(found))

    return apply


@measured
def _update(run: Run, found: dict[Any, Any], values: Any = (), **named: Any) -> None:
    more = dict(values) if type(values) is dict else {as_key(key): value for key, value in values}
    run.items(len(found) + len(more) + len(named), 0)
    run.spend((len(more) + len(named)) * 100)
    found.update(more, **named)


@measured
def _setdefault(run: Run, found: dict[Any, Any], key: Any, value: Any = None) -> Any:
    run.items(len(found) + 1, 0)
    run.spend(100)
    return found.setdefault(as_key(key), value)


def _strftime(moment: Any, how: Any) -> str:
    if type(how) is not str or not is_date_format(how):
        raise Failure("'strftime' takes a format such as %d.%m.%Y")
    return str(moment.strftime(how))


def _quantize(number: Decimal, step: Decimal) -> Decimal:
    return number.quantize(step)


_PLAIN_TEXT = (
    "lower upper title capitalize casefold swapcase strip lstrip rstrip removeprefix removesuffix "
    "split rsplit splitlines partition rpartition startswith endswith find rfind index rindex count "
    "isdigit isdecimal isnumeric isalpha isalnum isupper islower isspace"
).split()
_PADDED_TEXT = ("zfill", "ljust", "rjust", "center")
_TEXT: Members = (
    {name: _plain(name) for name in _PLAIN_TEXT}
    | {name: _padded(name) for name in _PADDED_TEXT}
    | {"replace": _replace, "join": _join}
)
_LIST: Members = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": list.pop,
    "remove": _searched("remove"),
    "clear": list.clear,
    "index": _searched("index"),
    "count": _searched("count"),
    "sort": _sort,
    "reverse": list.reverse,
    "copy": _copied,
}
_MAPPING: Members = {
    "get": lambda found, key, default=None: found.get(as_key(key), default),
    "keys": _listed("keys"),
    "values": _listed("values"),
    "items": _listed("items"),
    "pop": lambda found, key, *default: found.pop(as_key(key), *default),
    "update": _update,
    "setdefault": _setdefault,
    "clear": dict.clear,
    "copy": _copied,
}
_DATE: Members = {
    "isoformat": date.isoformat,
    "weekday": date.weekday,
    "isoweekday": date.isoweekday,
    "strftime": _strftime,
}
_METHODS: Mapping[type, Members] = MappingProxyType(
    {
        str: _TEXT,
        list: _LIST,
        tuple: {"index": _searched("index"), "count": _searched("count")},
        dict: _MAPPING,
        float: {"is_integer": float.is_integer},
        Decimal: {"quantize": _quantize},
        date: _DATE | {"replace": date.replace},
        datetime: _DATE
        | {
            "isoformat": datetime.isoformat,
            "date": datetime.date,
            "time": datetime.time,
            "timestamp": datetime.timestamp,
            "replace": lambda moment, **parts: moment.replace(**_numbers(parts)),
        },
        time: {"isoformat": time.isoformat, "strftime": _strftime},
        timedelta: {"total_seconds": timedelta.total_seconds},
    }
)
_CLOCK = ("hour", "minute", "second", "microsecond")
_ATTRIBUTES: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        date: frozenset({"year", "month", "day"}),
        datetime: frozenset({"year", "month", "day", *_CLOCK}),
        time: frozenset(_CLOCK),
        timedelta: frozenset({"days", "seconds", "microseconds"}),
        Period: frozenset({"months", "days"}),
    }
)


def _numbers(parts: Mapping[str, Any]) -> Mapping[str, Any]:
    if any(type(value) is not int for value in parts.values()):
        raise Failure("'replace' takes whole numbers")
    return parts


def read_attribute(holder: Any, name: str, spelt: str) -> Any:
    """`holder.name`: an entry of a mapping, a part of a date, or a property of what the engine offers."""
    if type(holder) is dict:
        try:
            return holder[name]
        except KeyError:
            raise Failure(f"'{spelt}' has no entry '{name}'") from None
    if isinstance(holder, Facade) and holder.has(name):
        return holder.read(name)
    if name in _ATTRIBUTES.get(type(holder), ()):
        return getattr(holder, name)
    raise Failure(f"'{spelt}' is {kind(holder)} and has no '{name}'")


def call_method(run: Run, holder: Any, name: str, spelt: str, values: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """`holder.name(...)` for what the table holds."""
    if isinstance(holder, Facade):
        method = holder.methods.get(name)
        if method is not None:
            return invoke(run, name, method, values, named)
    else:
        method = _METHODS.get(type(holder), {}).get(name)
        if method is not None:
            return invoke(run, name, method, [holder, *values], named)
    raise Failure(f"'{spelt}' is {kind(holder)} and has no method '{name}'")
