"""The measure around attacks measures: it fails for one that takes too much, whatever was taken before it."""

from time import thread_time

import pytest

from tests.expressions.attacks.bounds import BYTES, SECONDS, bounded


def test_memory_that_an_earlier_test_took_does_not_hide_what_an_attack_takes() -> None:
    taken_before = bytearray(4 * BYTES)
    del taken_before
    with pytest.raises(AssertionError, match="MB"), bounded():
        taken = bytearray(2 * BYTES)
    del taken


def test_memory_that_was_given_back_within_counts_too() -> None:
    with pytest.raises(AssertionError, match="MB"), bounded():
        bytearray(2 * BYTES)


def spin(seconds: float) -> None:
    end = thread_time() + seconds
    while thread_time() < end:
        pass


def test_time_of_the_processor_counts() -> None:
    with pytest.raises(AssertionError, match=" s"), bounded():
        spin(1.1 * SECONDS)


def test_what_takes_little_passes() -> None:
    with bounded():
        bytearray(BYTES // 4)
