"""When a job that went wrong is tried again."""

import random
import re
from datetime import datetime, timedelta

from server.expressions.durations import advance, read_period
from server.expressions.moments import UTC_ZONE

BACK_OFF = (10, 60, 300, 1800)  # seconds after the first, second ... attempt where the model says nothing
JITTER = 0.2  # a fifth more at most, so that what failed together is not tried together


def retry_at(
    attempt: int, attempts_allowed: int, retry_cycle: str | None, moment: datetime, retry_after: float | None = None
) -> datetime | None:
    """The moment of the next attempt after *attempt* (counted from 1); None when all are used up.

    The cycle is Camunda's: R3/PT10M, or a list PT1M,PT10M,PT1H of waits. A server's Retry-After may only lengthen it.
    """
    if attempt >= attempts_allowed:
        return None
    due = _from_cycle(attempt, retry_cycle, moment)
    if retry_after is not None:
        due = max(due, moment + timedelta(seconds=min(retry_after, 24 * 3600)))
    return due


def _from_cycle(attempt: int, retry_cycle: str | None, moment: datetime) -> datetime:
    text = re.sub(r"^R\d*/", "", (retry_cycle or "").strip())
    waits = [part.strip() for part in text.split(",") if part.strip()]
    if waits:
        try:
            return advance(moment, read_period(waits[min(attempt, len(waits)) - 1]), UTC_ZONE)
        except (ValueError, OverflowError):
            pass  # a cycle that cannot be read was told at deploy; the ordinary waits serve
    seconds = BACK_OFF[min(attempt, len(BACK_OFF)) - 1]
    # Not a secret: spreading load needs no cryptography.
    return moment + timedelta(seconds=seconds * (1 + random.random() * JITTER))  # noqa: S311 # spreads load only
