"""What every kind of work is given."""

from collections.abc import Callable
from dataclasses import dataclass

from server.commands.jobs import ClaimedJob
from server.settings import Settings


@dataclass(frozen=True)
class Work:
    """A claimed job, with what is needed to do it."""

    job: ClaimedJob
    settings: Settings


Kind = Callable[[Work], None]
"""Does the job and settles it. Raises Failure when it went wrong: the loop decides whether it is tried again."""
