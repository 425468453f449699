"""What an attack may take: measured around it, in time of the processor and in memory."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import thread_time

SECONDS = 1.0
"""Of the processor: how long a busy machine lets us wait is not the attack's doing."""
BYTES = 64_000_000
_PROCESS = Path("/proc/self")


def memory(which: str) -> int:
    """Bytes in memory: `VmRSS` now, `VmHWM` the most since it was last forgotten."""
    found = re.search(rf"^{which}:\s+(\d+) kB$", (_PROCESS / "status").read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def forget_the_most() -> None:
    """From here on the most is counted anew; else what an earlier test took would hide what an attack takes."""
    (_PROCESS / "clear_refs").write_text("5", encoding="ascii")


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage within: what other tests have left is not to be paid for by who is measured."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where what is done within takes longer, or more memory."""
    forget_the_most()
    before, started = memory("VmRSS"), thread_time()
    with uncollected():
        yield
    taken, most = thread_time() - started, memory("VmHWM") - before
    assert taken < SECONDS, f"{taken:.2f} s"
    assert most <= BYTES, f"{most / 1e6:.0f} MB"
