"""What time it is. The only file that reads the clock, so that tests can own it."""

from datetime import UTC, datetime

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, with microseconds."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def freeze(moment: datetime | None) -> None:
    """Stop the clock at *moment* (an aware datetime); None lets it run again."""
    global _frozen
    _frozen = moment
