"""The functions that Python in models may call without being given them: a fixed table."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, TypeVar

from server import clock
from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import measured
from server.expressions.durations import Period, read_period
from server.expressions.python.entries import as_key, entries
from server.expressions.python.formats import write
from server.expressions.run import Run
from server.expressions.settling import NESTED, measure
from server.expressions.wording import excerpt, kind

_FAR = 400
"""Digits beyond which a decimal is too long to be written out."""

Moment = TypeVar("Moment")


@measured
def _len(run: Run, value: Any) -> int:
    if type(value) not in (str, list, tuple, dict):
        raise Failure(f"{kind(value)} has no length")
    return len(value)


@measured
def _sum(run: Run, values: Any, start: Any = 0) -> Any:
    total = start
    for value in entries(run, values):
        run.tick()
        total = operations.add(run, total, value)
    return total


def _extreme(name: str, better: Callable[[Run, Any, Any], bool]) -> Callable[..., Any]:
    missing = object()

    @measured
    def find(run: Run, *values: Any, default: Any = missing) -> Any:
        candidates = entries(run, values[0]) if len(values) == 1 else list(values)
        if not candidates:
            if default is missing:
                raise Failure(f"'{name}' has nothing to choose from")
            return default
        best = candidates[0]
        for candidate in candidates[1:]:
            run.tick()
            if better(run, candidate, best):
                best = candidate
        return best

    return find


@measured
def _sorted(run: Run, values: Any, *, reverse: bool = False) -> list[Any]:
    found = entries(run, values)
    arrange(run, found, reverse)
    return found


def arrange(run: Run, found: list[Any], reverse: bool = False) -> None:
    """Sort *found* in place."""
    run.spend(len(found) * 20)
    if any(type(item) in NESTED for item in found):
        measure(found)
    try:
        found.sort(reverse=bool(reverse))
    except TypeError:
        raise Failure("entries of different kinds cannot be sorted") from None


@measured
def _range(run: Run, *bounds: Any) -> list[int]:
    if any(type(bound) is not int for bound in bounds) or not 1 <= len(bounds) <= 3 or bounds[2:] == (0,):
        raise Failure("'range' takes one to three whole numbers")
    numbers = range(*bounds)
    # the length is the index behind the last one; len() itself fails beyond the size of a machine word
    run.items((numbers[-1] - numbers.start) // numbers.step + 1 if numbers else 0)
    return list(numbers)


@measured
def _round(run: Run, number: Any, digits: int | None = None) -> Any:
    few = digits is None or (type(digits) is int and abs(digits) <= _FAR)
    if type(number) not in operations.NUMBERS or not few:
        raise Failure("'round' takes a number and a small number of digits")
    _near(number)
    return operations.bounded(run, round(number, digits))


def _near(number: Any) -> None:
    if type(number) is Decimal and (not number.is_finite() or abs(number.adjusted()) > _FAR):
        raise Failure("a number is too large or too small")


@measured
def _abs(run: Run, value: Any) -> Any:
    if type(value) not in operations.NUMBERS and type(value) is not timedelta:
        raise Failure(f"{kind(value)} has no absolute value")
    return abs(value)


@measured
def _int(run: Run, value: Any = 0) -> int:
    if (type(value) is str and len(value) <= _FAR) or type(value) in operations.NUMBERS:
        _near(value)
        try:
            whole = int(value)
        except ValueError:
            raise Failure(f"{value!r:.60} is not a whole number") from None
        operations.bounded(run, whole)
        return whole
    raise Failure(f"{kind(value)} is not a whole number")


@measured
def _float(run: Run, value: Any = 0.0) -> float:
    if (type(value) is str and len(value) <= _FAR and value.strip()[:1] in "+-.0123456789") or type(
        value
    ) in operations.NUMBERS:
        try:
            return float(value)
        except ValueError:
            pass
    raise Failure(f"{value!r:.60} is not a number" if type(value) is str else f"{kind(value)} is not a number")


@measured
def _decimal(run: Run, value: Any = 0) -> Decimal:
    if (type(value) is str and len(value) <= _FAR) or type(value) in operations.NUMBERS:
        try:
            number = Decimal(repr(value) if type(value) is float else value)
        except InvalidOperation:
            raise Failure(f"{value!r:.60} is not a number") from None
        if number.is_finite():
            return number
    raise Failure(f"{kind(value)} is not a number")


@measured
def _str(run: Run, value: Any = "") -> str:
    return write(run, value)


@measured
def _list(run: Run, values: Any = ()) -> list[Any]:
    return entries(run, values)


@measured
def _tuple(run: Run, values: Any = ()) -> tuple[Any, ...]:
    return tuple(entries(run, values))


@measured
def _dict(run: Run, values: Any = (), **named: Any) -> dict[Any, Any]:
    run.items(len(values) + len(named), 100)
    pairs = dict(values) if type(values) is dict else {as_key(key): value for key, value in values}
    return {**pairs, **named}


@measured
def _any(run: Run, values: Any) -> bool:
    return any(entries(run, values))


@measured
def _all(run: Run, values: Any) -> bool:
    return all(entries(run, values))


@measured
def _enumerate(run: Run, values: Any, start: int = 0) -> list[tuple[int, Any]]:
    found = entries(run, values)
    run.items(len(found), 100)
    return list(enumerate(found, start))


@measured
def _zip(run: Run, *lists: Any) -> list[tuple[Any, ...]]:
    found = [entries(run, values) for values in lists]
    run.items(min(map(len, found), default=0), 60 + 8 * len(found))
    return list(zip(*found, strict=False))


@measured
def _reversed(run: Run, values: Any) -> list[Any]:
    return entries(run, values)[::-1]


def _date(value: Any, month: int | None = None, day: int | None = None) -> date:
    if type(value) is datetime:
        return value.date()
    if type(value) is date:
        return value
    if type(value) is int and month is not None and day is not None:
        return date(value, month, day)
    return _from_iso("date", lambda text: datetime.fromisoformat(text).date(), value)


def _datetime(value: Any, *parts: Any) -> datetime:
    if type(value) is datetime:
        return value
    if type(value) is date:
        return datetime.combine(value, parts[0] if parts else time())
    if type(value) is int and 2 <= len(parts) <= 6 and all(type(part) is int for part in parts):
        return datetime(value, *parts)
    return _from_iso("date with time", datetime.fromisoformat, value)


def _time(value: Any, *parts: Any) -> time:
    if type(value) is datetime:
        return value.timetz()
    if type(value) is int and len(parts) <= 3 and all(type(part) is int for part in parts):
        return time(value, *parts)
    return _from_iso("time", time.fromisoformat, value)


def _duration(value: Any) -> timedelta | Period:
    if type(value) in (timedelta, Period):
        return value  # type: ignore[no-any-return]  # narrowed by type(), which mypy does not follow
    return _from_iso("ISO 8601 duration", lambda text: read_period(text).simple(), value)


def _timedelta(days: float = 0, **parts: float) -> timedelta:
    return timedelta(days=days, **parts)


def _from_iso(what: str, read: Callable[[str], Moment], text: Any) -> Moment:
    if type(text) is not str:
        raise Failure(f"{kind(text)} is not a {what}")
    try:
        return read(text.strip())
    except ValueError:
        raise Failure(f"'{excerpt(text)}' is not a {what}") from None


def _today() -> date:
    return clock.now().date()


FUNCTIONS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        "len": _len,
        "sum": _sum,
        "min": _extreme("min", operations.less),
        "max": _extreme("max", operations.greater),
        "sorted": _sorted,
        "range": _range,
        "round": _round,
        "abs": _abs,
        "int": _int,
        "float": _float,
        "Decimal": _decimal,
        "str": _str,
        "bool": bool,
        "list": _list,
        "tuple": _tuple,
        "dict": _dict,
        "any": _any,
        "all": _all,
        "enumerate": _enumerate,
        "zip": _zip,
        "reversed": _reversed,
        "date": _date,
        "datetime": _datetime,
        "time": _time,
        "duration": _duration,
        "timedelta": _timedelta,
        "now": clock.now,
        "today": _today,
    }
)

# What people write out of habit; the names before the dot are no variables here.
STATIC_FUNCTIONS: MappingProxyType[tuple[str, str], Callable[..., Any]] = MappingProxyType(
    {
        ("date", "today"): _today,
        ("date", "fromisoformat"): _date,
        ("datetime", "now"): clock.now,
        ("datetime", "fromisoformat"): _datetime,
    }
)
