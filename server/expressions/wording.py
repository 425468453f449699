"""How values and texts are called in the sentences that people read when something goes wrong."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from server.expressions.durations import Period
from server.expressions.facade import Facade

_KINDS: dict[type, str] = {
    type(None): "nothing (null)",
    bool: "true or false",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    str: "text",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
    set: "a set",
    date: "a date",
    datetime: "a date with time",
    time: "a time",
    timedelta: "a duration",
    Period: "a duration",
}


def kind(value: Any) -> str:
    """The kind of *value* with its article: "a number", "text"."""
    if isinstance(value, Facade):
        return f"the {value.name}"
    return _KINDS.get(type(value), f"a value of the kind {type(value).__name__}")


def excerpt(text: str, length: int = 60) -> str:
    """*text* on one line, cut to *length* characters."""
    line = " ".join(text[: length * 4].split())
    return line if len(line) <= length else line[: length - 3] + "..."
