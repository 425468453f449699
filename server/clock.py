"""What time it is. The only file that reads the clock, so that tests can own it.

Where several machines work on one database, its clock is everybody's: due times and leases would else mean another
moment on each of them.
"""

from datetime import UTC, datetime, timedelta

_frozen: datetime | None = None
_ahead = timedelta()  # how far the clock that we follow is ahead of this machine's


def now() -> datetime:
    """The present moment in UTC, with microseconds."""
    return _frozen if _frozen is not None else datetime.now(UTC) + _ahead


def follow(moment: datetime) -> None:
    """Go by a clock that shows *moment* (aware) just now; it may be told again and again."""
    global _ahead
    _ahead = moment - datetime.now(UTC)


def ahead() -> float:
    """By how many seconds the clock that we follow is ahead of this machine's."""
    return _ahead.total_seconds()


def freeze(moment: datetime | None) -> None:
    """Stop the clock at *moment* (an aware datetime); None lets it run again."""
    global _frozen
    _frozen = moment
