"""Moments, deadlines and sizes in words."""

from datetime import UTC, datetime, timedelta

import pytest

from server.web.browsers import browser_text
from server.web.markdown import as_html
from server.web.moments import ago_text, due_chip, duration_text, in_text, size_text, zone_label, zone_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = zone_of("Europe/Berlin")


@pytest.mark.parametrize(
    ("due", "text", "tone"),
    [
        (NOON - timedelta(days=1, hours=3), "Overdue 1 day", "bad"),
        (NOON - timedelta(seconds=5), "Overdue less than a minute", "bad"),
        (NOON + timedelta(hours=1), "Due today 14:00", "warn"),
        (NOON + timedelta(hours=11, minutes=30), "Due Sat 2026-11-21", ""),
        (NOON + timedelta(days=3), "Due Mon 2026-11-23", ""),
    ],
)
def test_a_deadline_is_told_in_words_and_colour_in_the_persons_zone(due: datetime, text: str, tone: str) -> None:
    chip = due_chip(due, NOON, BERLIN)
    assert (chip.text, chip.tone) == (text, tone)


def test_durations_use_the_largest_unit_that_fits() -> None:
    assert [duration_text(timedelta(seconds=s)) for s in (59, 60, 3599, 7200, 86400, 3 * 86400)] == [
        "less than a minute",
        "1 min",
        "59 min",
        "2 h",
        "1 day",
        "3 days",
    ]


def test_moments_are_told_from_now() -> None:
    assert ago_text(NOON - timedelta(minutes=2), NOON) == "2 min ago"
    assert ago_text(NOON, NOON) == "just now"
    assert in_text(NOON + timedelta(hours=3), NOON) == "in 3 h"


def test_a_zone_names_its_offset_and_an_unknown_one_is_utc() -> None:
    assert zone_label("Europe/Berlin", NOON) == "Europe/Berlin (UTC+01:00)"
    assert zone_of("Mars/Olympus") is UTC


def test_sizes_and_browsers_are_told_in_words() -> None:
    assert [size_text(size) for size in (900, 421_888, 3 * 1024 * 1024)] == ["900 B", "412 KB", "3.0 MB"]
    assert browser_text("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox on Linux"
    assert browser_text("") == "Unknown browser"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![x](http://x/y)"],
)
def test_markdown_of_a_model_yields_nothing_that_runs_or_loads(text: str) -> None:
    html = as_html(text)
    assert not any(part in html for part in ("<script", "<img", "href"))


def test_a_heading_in_markdown_stands_below_those_of_the_page() -> None:
    assert as_html("# Check\n\n- one") == "<h3>Check</h3>\n<ul>\n<li>one</li>\n</ul>\n"
