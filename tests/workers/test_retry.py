"""When a job that went wrong is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from server.workers.retry import BACK_OFF, JITTER, retry_at

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def waits(attempt: int, cycle: str | None, allowed: int = 10, after: float | None = None) -> float | None:
    due = retry_at(attempt, allowed, cycle, NOON, after)
    return None if due is None else (due - NOON).total_seconds()


def test_without_a_cycle_the_waits_grow_and_vary_a_little() -> None:
    for attempt in range(1, 8):
        shortest = BACK_OFF[min(attempt, len(BACK_OFF)) - 1]
        waited = waits(attempt, None)
        assert waited is not None
        assert shortest <= waited <= shortest * (1 + JITTER)


def test_what_failed_together_is_not_tried_together() -> None:
    assert len({waits(1, None) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    ("attempt", "cycle", "seconds"),
    [
        (1, "R3/PT10M", 600),
        (2, "R3/PT10M", 600),
        (1, "PT5M", 300),
        (1, "PT1M,PT10M,PT1H", 60),
        (2, "PT1M, PT10M, PT1H", 600),
        (3, "PT1M,PT10M,PT1H", 3600),
        (7, "PT1M,PT10M,PT1H", 3600),
        (1, "R/P1D", 86_400),
    ],
)
def test_a_cycle_of_the_model_says_how_long_to_wait(attempt: int, cycle: str, seconds: float) -> None:
    assert waits(attempt, cycle) == seconds


@pytest.mark.parametrize("cycle", ["soon", "R3/", "R3/tomorrow", ""])
def test_a_cycle_that_cannot_be_read_falls_back_to_the_ordinary_waits(cycle: str) -> None:
    waited = waits(1, cycle)
    assert waited is not None
    assert 10 <= waited <= 12


@pytest.mark.parametrize("attempt", [3, 4])
def test_no_attempt_is_left_when_all_are_used_up(attempt: int) -> None:
    assert waits(attempt, "R3/PT10M", allowed=3) is None


def test_the_other_side_may_only_ask_for_more_time_and_not_for_ever() -> None:
    assert waits(1, "PT1M", after=300) == 300
    assert waits(1, "PT5M", after=60) == 300
    assert waits(1, "PT1M", after=1e9) == timedelta(days=1).total_seconds()
