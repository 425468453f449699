"""Facts become rows. Each projection keeps one read model and says by `TAKES` which facts it is made of."""

from collections.abc import Sequence
from types import ModuleType

from server.engine.facts import Fact
from server.runtime.projections import (
    activity_instances,
    agents,
    external_tasks,
    history,
    incidents,
    involvements,
    jobs,
    notices,
    process_instances,
    subscriptions,
    user_tasks,
)
from server.runtime.step import Step

PROJECTIONS: tuple[ModuleType, ...] = (
    process_instances,
    activity_instances,
    user_tasks,
    involvements,
    jobs,
    external_tasks,
    subscriptions,
    incidents,
    notices,
    agents,
    history,
)


def project(step: Step, facts: Sequence[Fact]) -> None:
    """Bring every read model up to date with what one step reported."""
    for projection in PROJECTIONS:
        taken = [fact for fact in facts if isinstance(fact, projection.TAKES)]
        if taken:
            projection.take(step, taken)
