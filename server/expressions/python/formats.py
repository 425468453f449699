"""Values as text: what str() and the braces of an f-string give, in bounds."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from server.errors import Failure
from server.expressions.durations import Period, write_delta
from server.expressions.facade import Facade
from server.expressions.run import Run
from server.expressions.settling import NESTED, written_length
from server.expressions.wording import kind

_NUMBER_FORMAT = re.compile(r"[<>^=]?[+\- ]?0?\d{0,3}[,_]?(?:\.\d{1,2})?[sdeEfFgG%]?")
_DATE_FORMAT = re.compile(r"(?:%[aAbBdHIjmMpSyYV%]|[^%]){1,60}")
_FAR = 400


def check_format(how: str) -> bool:
    """Whether *how* is a format for numbers and texts, or one for dates."""
    return bool(_NUMBER_FORMAT.fullmatch(how) or is_date_format(how))


def is_date_format(how: str) -> bool:
    return "%" in how and len(how) > 1 and _DATE_FORMAT.fullmatch(how) is not None


def write(run: Run, value: Any) -> str:
    """*value* as str() gives it; durations in ISO 8601."""
    if type(value) is str:
        return value
    if type(value) is timedelta:
        return write_delta(value)
    if type(value) is Period:
        return value.iso()
    if isinstance(value, Facade):
        raise Failure(f"{kind(value)} is not text")
    if type(value) in NESTED:
        run.text(written_length(value))
    text = str(value)
    run.text(len(text), text.isascii())
    return text


def write_formatted(run: Run, value: Any, how: str) -> str:
    """*value* in the format *how*, which `check_format` has accepted."""
    if not how:
        return write(run, value)
    if type(value) in (date, datetime, time):
        if not is_date_format(how):
            raise Failure(f"'{how}' is no format for {kind(value)}; write one such as %d.%m.%Y")
        return str(value.strftime(how))
    if type(value) is Decimal and (not value.is_finite() or abs(value.adjusted()) > _FAR):
        raise Failure("a number is too large to be written")
    if type(value) not in (bool, int, float, Decimal, str) or (is_date_format(how) and how != "%"):
        raise Failure(f"'{how}' is no format for {kind(value)}")
    try:
        text = format(value, how)
    except ValueError:
        raise Failure(f"'{how}' is no format for {kind(value)}") from None
    run.text(len(text), text.isascii())
    return text
