"""Cron texts of models: five fields as in Unix, six or seven as in Quartz."""

import re
from datetime import UTC, datetime, tzinfo

from croniter import croniter

_WORD = r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT"
_FIELD = re.compile(rf"(?:\d{{1,4}}|{_WORD}|[*?,/#L-]){{1,80}}", re.ASCII | re.IGNORECASE)
_DAY_OF_WEEK = re.compile(r"(?P<step>/\d+)|(?P<day>\d+)(?P<suffix>#\d|L)?", re.IGNORECASE)
_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def next_match(text: str, moment: datetime, zone: tzinfo) -> datetime:
    """The first moment strictly after *moment* that *text* names on the clocks of *zone*, in UTC.

    Raises ValueError for text that is no cron expression or that never comes true.
    """
    fields = _MACROS.get(text.strip().lower(), text).split()
    if not 5 <= len(fields) <= 7 or not all(_FIELD.fullmatch(field) for field in fields):
        raise ValueError("not a cron expression")
    if len(fields) > 5:
        fields[5] = _DAY_OF_WEEK.sub(_unix_day, fields[5])
    found = croniter(" ".join(fields), moment.astimezone(zone), ret_type=datetime, second_at_beginning=True)
    hour = fields[1 if len(fields) == 5 else 2]
    following: datetime = found.get_next(datetime)
    # When clocks are put back, a time of day that stands there outright comes once; what is every hour goes on.
    while following.fold and not hour.startswith("*"):
        following = found.get_next(datetime)
    return following.astimezone(UTC)


def _unix_day(match: re.Match[str]) -> str:
    """Quartz counts the days of the week from 1 for Sunday, Unix from 0; the last Friday is 6L there and L5 here."""
    if match["step"]:
        return match["step"]
    day = int(match["day"])
    if not 1 <= day <= 7:
        raise ValueError("with seconds, the days of the week go from 1 (Sunday) to 7 (Saturday)")
    suffix = match["suffix"] or ""
    return f"L{day - 1}" if suffix in ("L", "l") else f"{day - 1}{suffix}"
