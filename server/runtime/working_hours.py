"""What people type as the working hours and free days of a calendar, and how it is shown to them again."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

from server.errors import Invalid, Problem
from server.expressions.business_time import Span
from server.expressions.public_holidays import countries, subdivisions
from server.sentences import say

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FREE_DAYS = 500
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-\u2013]\s*(\d{1,2}):(\d\d)", re.ASCII)
_DAY = re.compile(r"(\d{4}-)?(\d\d)-(\d\d)", re.ASCII)
_END = 24 * 60


def read_week(hours: Mapping[str, str]) -> str:
    """JSON of a week of texts such as "9:00-12:00, 13:00-17:00", by weekday; a missing or empty one is free.

    Raises Invalid with a problem for each day that is wrong.
    """
    problems: list[Problem] = []
    week = [_spans(day, hours.get(day, ""), problems) for day in WEEKDAYS]
    if problems:
        raise Invalid(problems[0].text, problems)
    if not any(week):
        text = say("Nobody would ever work. Give at least one day working hours.")
        raise Invalid(text, [Problem(text, element=WEEKDAYS[0])])
    return json.dumps(week)


def _spans(day: str, text: str, problems: list[Problem]) -> list[Span]:
    spans: list[Span] = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        match = _SPAN.fullmatch(part)
        begin, end = (60 * int(match[1]) + int(match[2]), 60 * int(match[3]) + int(match[4])) if match else (0, 0)
        if match is None or max(int(match[2]), int(match[4])) > 59 or not begin < end <= _END:
            told = say('"%(text)s" is no span of working hours. Write such as 9:00-12:00, 13:00-17:00.', text=part[:40])
            problems.append(Problem(told, element=day))
            return []
        if spans and begin < spans[-1][1]:
            told = say("%(span)s begins before the span in front of it ends.", span=part)
            problems.append(Problem(told, element=day))
            return []
        spans.append((begin, end))
    return spans


def write_week(week: str) -> dict[str, str]:
    """The same as texts again."""
    spans = (", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in day) for day in json.loads(week))
    return dict(zip(WEEKDAYS, spans, strict=True))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def check_country(country: str, subdivision: str) -> None:
    """Raises Invalid for what has no public holidays that are known."""
    if country and country not in countries():
        text = say(
            'The public holidays of "%(country)s" are not known. Write the code of a country, such as DE.',
            country=country[:40],
        )
        raise Invalid(text, [Problem(text, element="country")])
    known = subdivisions(country)
    if subdivision and subdivision not in known:
        told = _no_subdivision(subdivision[:40], known)
        raise Invalid(told, [Problem(told, element="subdivision")])


def _no_subdivision(subdivision: str, known: Sequence[str]) -> str:
    if not known:
        return say('"%(part)s" has no public holidays of its own. Leave it empty.', part=subdivision)
    return say(
        '"%(part)s" has no public holidays of its own. Write one of %(known)s.',
        part=subdivision,
        known=", ".join(known),
    )


def read_free_days(days: Sequence[tuple[str, str]]) -> str:
    """JSON of pairs of a day, such as 2026-12-24 or every year 12-24, and its name. Raises Invalid."""
    found: dict[str, str] = {}
    for day, name in days[: FREE_DAYS + 1]:
        match = _DAY.fullmatch(day.strip())
        if match is None or not _is_day(match[1] or "2024-", match[2], match[3]):
            raise _wrong(
                say(
                    '"%(text)s" is no day. Write 2026-12-24, or 12-24 for every year, and a name after it.',
                    text=day[:40],
                )
            )
        if not name.strip():
            raise _wrong(say("Say after %(day)s why it is free.", day=day.strip()))
        found[day.strip()] = name.strip()[:200]
    if len(days) > FREE_DAYS:
        raise _wrong(say("A calendar has at most %(most)s free days of its own.", most=FREE_DAYS))
    return json.dumps(sorted(found.items()), ensure_ascii=False)


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date.fromisoformat(f"{year}{month}-{day}")
    except ValueError:
        return False
    return True


def _wrong(text: str) -> Invalid:
    return Invalid(text, [Problem(text, element="free_days")])
