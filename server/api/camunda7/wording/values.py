"""Variables as {type, value, valueInfo}: ours out with their type, theirs in whatever they write it like."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from server.api.camunda7.wording import moments
from server.errors import Invalid
from server.expressions import values as encoding

_INTEGER, _LONG = 2**31, 2**63
FILE_KEYS = {"attachment", "name", "media_type", "encoding"}


@dataclass(frozen=True)
class SentFile:
    """A file that came in a variable; whoever stores it makes a value of it."""

    name: str
    media_type: str
    encoding: str | None
    content: bytes

    def value(self, attachment_id: str) -> dict[str, Any]:
        """What the variable holds: where the file is, not what is in it."""
        return {
            "attachment": attachment_id,
            "name": self.name,
            "media_type": self.media_type,
            "encoding": self.encoding,
        }


def is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == FILE_KEYS


def typed(value: Any) -> dict[str, Any]:
    """One variable as they read it."""
    if is_file(value):
        about = {"filename": value["name"], "mimetype": value["media_type"], "encoding": value["encoding"]}
        return {"type": "File", "value": None, "valueInfo": about}
    kind, shown = _typed(value)
    return {"type": kind, "value": shown, "valueInfo": {}}


def all_typed(variables: Mapping[str, Any], with_files: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
    """Several; files only where they are wanted, since some clients cannot read a list with one in it."""
    return {name: typed(value) for name, value in sorted(variables.items()) if not is_file(value) or with_files(name)}


def _typed(value: Any) -> tuple[str, Any]:
    if value is None:
        return "Null", None
    if isinstance(value, bool):
        return "Boolean", value
    if isinstance(value, str):
        return "String", value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Decimal):
        return _whole(int(value)) if value == value.to_integral_value() else ("Double", float(value))
    if isinstance(value, float):
        return "Double", value
    if isinstance(value, datetime):
        return "Date", moments.written(value)
    if isinstance(value, date):
        return "Date", moments.written(datetime.combine(value, time(), UTC))
    if isinstance(value, list | tuple | Mapping):
        return "Json", json.dumps(encoding.encode(value), ensure_ascii=False, separators=(",", ":"), default=str)
    return "String", str(encoding.encode(value)) if isinstance(value, timedelta) else str(value)


def _whole(value: int) -> tuple[str, Any]:
    if abs(value) < _INTEGER:
        return "Integer", value
    return ("Long", value) if abs(value) < _LONG else ("String", str(value))


def read(name: str, given: Any) -> Any:
    """The value of one variable that was sent: ours, or a `SentFile`. Raises Invalid."""
    if not isinstance(given, Mapping):
        raise Invalid(f"The variable {name} has to be an object with a value, and a type where it is needed.")
    value, kind = given.get("value"), given.get("type")
    if kind is not None and not isinstance(kind, str):
        raise Invalid(f"The type of the variable {name} has to be a text.")
    about = given.get("valueInfo")
    reader = _READ.get((kind or "").strip().lower())
    if kind and reader is None:
        raise Invalid(f"The variable {name} has the type {kind[:60]}, which is not known here.")
    try:
        return value if reader is None else reader(name, value, about if isinstance(about, Mapping) else {})
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid(f"The value of the variable {name} is no {kind}.") from error


def read_all(given: Mapping[str, Any]) -> dict[str, Any]:
    """Several variables that were sent. Raises Invalid."""
    return {name: read(name, value) for name, value in given.items()}


def _number(_: str, value: Any, __: Any) -> Any:
    return None if value is None else int(value)


def _boolean(_: str, value: Any, __: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return {"true": True, "false": False}[str(value).lower()]


def _json(_: str, value: Any, __: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _object(name: str, value: Any, about: Mapping[str, Any]) -> Any:
    if "json" in str(about.get("serializationDataFormat") or "json"):
        return _json(name, value, about)
    raise Invalid(f"The variable {name} is an object in a form of Java's own. Send it as Json.")


def _file(name: str, value: Any, about: Mapping[str, Any]) -> SentFile:
    content = base64.b64decode(str(value or ""), validate=False)
    encoding = about.get("encoding")
    return SentFile(
        str(about.get("filename") or name),
        str(about.get("mimetype") or about.get("mimeType") or "application/octet-stream"),
        None if encoding is None else str(encoding),
        content,
    )


def _text(_: str, value: Any, __: Any) -> Any:
    return None if value is None else str(value)


_READ: dict[str, Callable[[str, Any, Mapping[str, Any]], Any]] = {
    "string": _text,
    "xml": _text,
    "enum": _text,
    "bytes": _text,
    "integer": _number,
    "short": _number,
    "long": _number,
    "double": lambda _, value, __: None if value is None else float(value),
    "float": lambda _, value, __: None if value is None else float(value),
    "number": lambda _, value, __: None if value is None else float(value),
    "boolean": _boolean,
    "null": lambda *_: None,
    "date": lambda name, value, _: None if value is None else moments.read(value, name),
    "json": _json,
    "object": _object,
    "file": _file,
}
