"""Values of variables as the REST API writes them: what JSON does not know has a tag, {"$date": "2026-11-21"}."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

_STORED = {"attachment", "name", "media_type", "encoding"}
_DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True)
class File:
    """A file in a variable. One that came has an `attachment`, by which `Client.content_of` fetches what is in it."""

    name: str
    media_type: str = "application/octet-stream"
    content: bytes = field(default=b"", repr=False)
    attachment: str = ""


def encode(value: Any) -> Any:
    """*value* as it is sent. Raises TypeError for what cannot be."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"$datetime": _zoned(value)}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$time": _zoned(value)}
        case timedelta():
            return {"$duration": _written(value)}
        case Decimal():
            return {"$decimal": str(value)}
        case File():
            return _file(value)
        case Mapping():
            inner = {str(key): encode(item) for key, item in value.items()}
            return {"$": inner} if len(inner) == 1 and next(iter(inner)).startswith("$") else inner
        case list() | tuple():
            return [encode(item) for item in value]
    raise TypeError(f"{type(value).__name__} is no value of a variable; use text, numbers, dates, lists and mappings")


def decode(value: Any) -> Any:
    """The value that came."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _STORED:
        return File(value["name"], value["media_type"], attachment=value["attachment"])
    if len(value) == 1:
        [(key, inner)] = value.items()
        if key == "$":
            return {name: decode(item) for name, item in inner.items()}
        if key in _READ:
            return _READ[key](inner)
    return {key: decode(item) for key, item in value.items()}


def _file(file: File) -> dict[str, Any]:
    if file.attachment:
        return {"attachment": file.attachment, "name": file.name, "media_type": file.media_type, "encoding": None}
    content = base64.b64encode(file.content).decode("ascii")
    return {"$file": {"name": file.name, "media_type": file.media_type, "content": content}}


def _zoned(moment: datetime | time) -> str:
    name = f"[{moment.tzinfo.key}]" if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key else ""
    return f"{moment.isoformat()}{name}{';2' if moment.fold else ''}"


def _parts(text: str) -> tuple[str, ZoneInfo | None, int]:
    whole, _, second = text.partition(";")
    written, _, name = whole.rstrip("]").partition("[")
    return written, ZoneInfo(name) if name else None, 1 if second else 0


def _read_datetime(text: str) -> datetime:
    written, zone, fold = _parts(text)
    moment = datetime.fromisoformat(written).replace(fold=fold)
    return moment.replace(tzinfo=zone) if zone is not None else moment


def _read_time(text: str) -> time:
    written, zone, fold = _parts(text)
    moment = time.fromisoformat(written).replace(fold=fold)
    return moment.replace(tzinfo=zone) if zone is not None else moment


def _written(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta() else ("", span)
    seconds = f"{span.seconds}.{span.microseconds:06}" if span.microseconds else str(span.seconds)
    return f"{sign}P{span.days}DT{seconds}S"


def _read_duration(text: str) -> Any:
    """Days and less; what the kit does not know stays as it is written."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    sign, days, hours, minutes, seconds = found.groups()
    span = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))
    span += timedelta(microseconds=int(Decimal(seconds or "0") * 1_000_000))
    return -span if sign else span


_READ: dict[str, Callable[[Any], Any]] = {
    "$date": date.fromisoformat,
    "$datetime": _read_datetime,
    "$time": _read_time,
    "$duration": _read_duration,
    "$decimal": Decimal,
    "$int": lambda text: int(text, 16),
}
