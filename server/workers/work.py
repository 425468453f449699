"""What every kind of work is given."""

from collections.abc import Callable
from dataclasses import dataclass

from server.commands.jobs import Claim, ClaimedJob, Wish
from server.settings import Settings


@dataclass(frozen=True)
class Work:
    """A claimed job, with what is needed to do it; `then`: what may be taken up in the transaction that settles it."""

    job: ClaimedJob
    settings: Settings
    then: Wish | None = None


Kind = Callable[[Work], Claim]
"""Does the job and settles it; returns what it has taken up next, if anything. Raises Failure when it went wrong: the
loop decides whether it is tried again."""
