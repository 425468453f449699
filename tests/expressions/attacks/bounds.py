"""What an attack may take: measured around it, in time of the processor and in memory."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import thread_time

SECONDS = 5.0
"""Of the processor, and many times what any attack takes: only one that runs away is caught, on a slow machine too."""
BYTES = 64_000_000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def highest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where what is done within takes longer, or more memory."""
    allowed, started = max(highest(), resident() + BYTES), thread_time()
    yield
    assert thread_time() - started < SECONDS
    assert highest() <= allowed
