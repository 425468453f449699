"""What JUEL makes of values where it needs a number, a truth value or text (JSR 245, 1.18)."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.durations import Period, write_delta
from server.expressions.facade import Facade
from server.expressions.run import Run
from server.expressions.settling import NESTED, written_length
from server.expressions.wording import excerpt, kind

_FAR = 400
_REAL_NUMBERS = frozenset({int, float, Decimal})


def as_number(value: Any) -> Any:
    """A number, or text that is one; 1 for "1", 1.5 for "1.5"."""
    if type(value) in _REAL_NUMBERS:
        return value
    number = number_in(value) if type(value) is str else None
    if number is not None:
        return number
    raise Failure(f"'{excerpt(value)}' is not a number" if type(value) is str else f"{kind(value)} is not a number")


def number_in(text: str) -> int | float | None:
    """The number that *text* spells, None where it spells none."""
    if len(text) > _FAR or text.strip()[:1] not in tuple("+-.0123456789"):
        return None
    try:
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def as_truth(value: Any) -> bool:
    """True or false; null and "" are false, and of texts only "true" is true."""
    if type(value) is bool:
        return value
    if value is None:
        return False
    if type(value) is str:
        return value.strip().lower() == "true"
    raise Failure(f"{kind(value)} is neither true nor false")


def as_text(run: Run, value: Any) -> str:
    """Text as it appears within other text: nothing for null, ISO 8601 for dates, JSON for lists and mappings."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in NESTED:
        run.text(written_length(value))
    text = _text(value)
    run.text(len(text), text.isascii())
    return text


def _text(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if type(value) is timedelta:
        return write_delta(value)
    if type(value) is Period:
        return value.iso()
    if isinstance(value, Facade):
        raise Failure(f"{kind(value)} is not text")
    if type(value) in NESTED:
        return json.dumps(value, ensure_ascii=False, default=_text)
    return str(value)


def is_empty(value: Any) -> bool:
    return value is None or (type(value) in (str, list, tuple, dict) and not value)


def equal(run: Run, left: Any, right: Any) -> bool:
    """Equality that null survives and that reads text as the number or truth value it is compared with."""
    if left is None or right is None:
        return left is right
    if type(left) is bool or type(right) is bool:
        if type(left) in (bool, str) and type(right) in (bool, str):
            return as_truth(left) is as_truth(right)
        return False
    if type(left) is str and type(right) in _REAL_NUMBERS:
        return bool(number_in(left) == right)
    if type(right) is str and type(left) in _REAL_NUMBERS:
        return bool(number_in(right) == left)
    return operations.equal(run, left, right)


def numbers(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as numbers where one of them is a number and the other text that is one; else as they are."""
    if type(left) in _REAL_NUMBERS and type(right) is str:
        return left, as_number(right)
    if type(right) in _REAL_NUMBERS and type(left) is str:
        return as_number(left), right
    return left, right
