"""Threads take turns; nobody waits behind one that takes long."""

import threading
import time

from server.cli.turns import PATIENCE, Turns


def test_one_thread_works_after_the_other() -> None:
    turns, at_work, most = Turns(), 0, 0

    def work() -> None:
        nonlocal at_work, most
        for _ in range(20):
            with turns.turn():
                at_work += 1
                most = max(most, at_work)
                time.sleep(0.0005)
                at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, at_work) == (1, 0)


def test_a_turn_that_takes_long_is_waited_for_once_and_by_nobody_who_comes_later() -> None:
    turns, is_over, is_begun = Turns(), threading.Event(), threading.Event()

    def take_long() -> None:
        with turns.turn():
            is_begun.set()
            is_over.wait(30)

    slow = threading.Thread(target=take_long)
    slow.start()
    is_begun.wait(30)
    began = time.monotonic()
    with turns.turn():
        first = time.monotonic() - began
    lane = turns._lane
    with turns.turn():
        assert turns._lane is lane, "not another one for each"
    is_over.set()
    slow.join()
    assert first >= PATIENCE


def test_a_turn_ends_also_when_the_work_fails() -> None:
    turns = Turns()
    for _ in range(3):
        try:
            with turns.turn():
                raise ValueError
        except ValueError:
            assert not turns._lane.busy.locked()
