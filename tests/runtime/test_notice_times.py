"""When mail is due: gathered by the hour or the day, and never in quiet hours, whatever clocks do in the zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.errors import Invalid
from server.runtime.notice_times import Times, check, due_at

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "times", "due"),
    [
        ("2026-11-20 12:10", Times(), "2026-11-20 12:10"),
        ("2026-11-20 12:10", Times("hourly"), "2026-11-20 13:00"),
        ("2026-11-20 12:10", Times("daily", "08:00"), "2026-11-21 07:00"),
        ("2026-11-20 06:59", Times("daily", "08:00"), "2026-11-20 07:00"),
        ("2026-11-20 22:30", Times(quiet_from="22:00", quiet_until="07:00"), "2026-11-21 06:00"),
        ("2026-11-21 05:59", Times(quiet_from="22:00", quiet_until="07:00"), "2026-11-21 06:00"),
        ("2026-11-21 06:00", Times(quiet_from="22:00", quiet_until="07:00"), "2026-11-21 06:00"),
        ("2026-11-20 20:59", Times(quiet_from="22:00", quiet_until="07:00"), "2026-11-20 20:59"),
        ("2026-11-20 21:00", Times(quiet_from="22:00", quiet_until="07:00"), "2026-11-21 06:00"),
        ("2026-11-20 11:30", Times("hourly", quiet_from="12:30", quiet_until="14:00"), "2026-11-20 13:00"),
        ("2026-11-20 11:30", Times("hourly", quiet_from="13:00", quiet_until="14:00"), "2026-11-20 13:00"),
        ("2026-03-28 12:00", Times("daily", "08:00"), "2026-03-29 06:00"),  # the night in which summer time begins
        ("2026-10-24 12:00", Times("daily", "08:00"), "2026-10-25 07:00"),
        ("2026-03-29 00:30", Times(quiet_from="01:00", quiet_until="02:30"), "2026-03-29 01:30"),  # 02:30 is left out
    ],
)
def test_mail_is_due_when_the_person_wants_it(told: str, times: Times, due: str) -> None:
    assert due_at(at(told), times, BERLIN) == at(due)


@pytest.mark.parametrize(
    ("times", "field"),
    [
        (Times("weekly"), "timing"),
        (Times(daily_at="25:00"), "daily_at"),
        (Times(quiet_from="8", quiet_until="09:00"), "quiet_from"),
        (Times(quiet_from="08:00"), "quiet_until"),
        (Times(quiet_until="08:00"), "quiet_from"),
        (Times(quiet_from="08:00", quiet_until="08:00"), "quiet_until"),
    ],
)
def test_times_that_cannot_be_meant_are_refused_at_their_field(times: Times, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(times)
    assert [problem.element for problem in refused.value.problems] == [field]
