"""Moments as 2026-11-21T01:00:00.000+0000: always three digits of a second and an offset without a colon."""

import re
from datetime import UTC, datetime

from server.errors import Invalid

_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")


def written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    offset = aware.strftime("%z")[:5]
    return f"{aware:%Y-%m-%dT%H:%M:%S}.{aware.microsecond // 1000:03}{offset}".rjust(28, "0")


def read(text: object, name: str) -> datetime:
    """Raises Invalid naming what was meant."""
    given = _OFFSET.sub(r"\1:\2", str(text).strip())
    try:
        moment = datetime.fromisoformat(given)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # the first and the last hours of all have no moment in UTC
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{name} is {str(text)[:60]!r}; write a moment such as 2026-11-21T01:00:00.000+0000.") from error
    return aware


def lasted(began: datetime, ended: datetime | None) -> int | None:
    """Milliseconds."""
    return None if ended is None else int((ended - began).total_seconds() * 1000)
