"""Values of variables as JSON text and back, exactly: dates, durations and decimals are written as tags.

A tag is a mapping with one key that begins with "$": {"$date": "2026-01-31"}. A mapping of the user's that looks
like one is wrapped in the tag "$", whose inside is never read as a tag; so nothing can collide.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from operator import is_
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from server.errors import Failure
from server.expressions.durations import Period, read_period, write_delta
from server.expressions.wording import kind

_LEVELS = 200
"""Nesting that is kept: twice what an expression may build, far below what Python's stack allows."""
_WRITTEN_BITS = 4_000
"""Larger whole numbers are written in base 16: Python refuses to read more than 4,300 decimal digits."""

_PLAIN = frozenset({type(None), bool, str})
_dense = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode
_ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def dump(value: Any) -> str:
    """*value* as compact JSON text, for `load`. Raises Failure for what cannot be kept."""
    text = _dense(encode(value))
    try:
        text.encode()
    except UnicodeEncodeError:
        # half a character (a lone surrogate) survives only as an escape
        return _ascii(encode(value))
    return text


def load(text: str) -> Any:
    """The value that `dump` was given."""
    return decode(json.loads(text))


def encode(value: Any) -> Any:
    """*value* as JSON values and tags; what is plain JSON already is not copied. Raises Failure."""
    return _encode(value, 1)


def decode(value: Any) -> Any:
    """The value that `encode` was given; lists and mappings without tags are not copied."""
    if type(value) is list:
        return _same_or(value, [decode(item) for item in value])
    if type(value) is not dict:
        return value
    if len(value) == 1:
        [(key, inner)] = value.items()
        if key == "$":
            return {name: decode(item) for name, item in inner.items()}
        if key.startswith("$"):
            return _READ[key](inner)
    return _same_or_mapping(value, {key: decode(item) for key, item in value.items()})


def _same_or(old: list[Any], new: list[Any]) -> list[Any]:
    return old if all(map(is_, old, new)) else new


def _same_or_mapping(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return old if all(map(is_, old.values(), new.values())) else new


def _encode(value: Any, level: int) -> Any:
    kind_of = type(value)
    if kind_of in _PLAIN:
        return value
    if kind_of is dict or kind_of is list or kind_of is tuple:
        if level > _LEVELS:
            raise Failure(f"a value nested more than {_LEVELS} levels deep cannot be kept")
        return _encode_mapping(value, level) if kind_of is dict else _encode_list(value, level)
    if kind_of is int:
        return value if value.bit_length() <= _WRITTEN_BITS else {"$int": f"{value:x}"}
    if kind_of is float:
        if not isfinite(value):
            raise Failure(f"the number {value} cannot be kept: it is infinite or none at all")
        return value
    write = _WRITE.get(kind_of)
    if write is None:
        raise Failure(f"{kind(value)} cannot be kept in a variable; use text, numbers, dates, lists and mappings")
    return write(value)


def _encode_list(value: list[Any] | tuple[Any, ...], level: int) -> list[Any]:
    new = [_encode(item, level + 1) for item in value]
    return _same_or(value, new) if type(value) is list else new


def _encode_mapping(value: dict[Any, Any], level: int) -> dict[str, Any]:
    new = {key: _encode(item, level + 1) for key, item in value.items()}
    for key in new:
        if type(key) is not str:
            raise Failure(f"a mapping with {kind(key)} as a key cannot be kept; its keys have to be text")
    if len(new) == 1 and next(iter(new)).startswith("$"):
        return {"$": new}
    return _same_or_mapping(value, new)


def _write_zoned(moment: datetime | time) -> str:
    """ISO 8601, the name of the zone in brackets where there is one, and ";2" for the second of two equal hours."""
    zone = moment.tzinfo
    name = f"[{zone.key}]" if isinstance(zone, ZoneInfo) and zone.key else ""
    return f"{moment.isoformat()}{name}{';2' if moment.fold else ''}"


def _zoned_parts(text: str) -> tuple[str, str, int]:
    """What is written, the name of the zone or "", and the fold."""
    whole, _, second = text.partition(";")
    written, _, name = whole.rstrip("]").partition("[")
    return written, name, 1 if second else 0


def _read_datetime(text: str) -> datetime:
    written, name, fold = _zoned_parts(text)
    moment = datetime.fromisoformat(written).replace(fold=fold)
    return moment.replace(tzinfo=ZoneInfo(name)) if name else moment


def _read_time(text: str) -> time:
    written, name, fold = _zoned_parts(text)
    moment = time.fromisoformat(written).replace(fold=fold)
    return moment.replace(tzinfo=ZoneInfo(name)) if name else moment


def _write_decimal(number: Decimal) -> dict[str, str]:
    if not number.is_finite():
        raise Failure(f"the number {number} cannot be kept: it is infinite or none at all")
    return {"$decimal": str(number)}


def _write_period(period: Period) -> dict[str, Any]:
    return {"$period": [period.months, period.days, write_delta(period.rest)]}


def _read_delta(text: str) -> timedelta:
    period = read_period(text)
    return timedelta(days=period.days) + period.rest


_WRITE: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        date: lambda value: {"$date": value.isoformat()},
        time: lambda value: {"$time": _write_zoned(value)},
        datetime: lambda value: {"$datetime": _write_zoned(value)},
        timedelta: lambda value: {"$duration": write_delta(value)},
        Decimal: _write_decimal,
        Period: _write_period,
    }
)
_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "$date": date.fromisoformat,
        "$time": _read_time,
        "$datetime": _read_datetime,
        "$duration": _read_delta,
        "$decimal": Decimal,
        "$int": lambda text: int(text, 16),
        "$period": lambda parts: Period(parts[0], parts[1], _read_delta(parts[2])),
    }
)
