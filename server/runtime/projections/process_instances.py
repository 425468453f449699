"""The state of the instance itself."""

from collections.abc import Sequence

from server.engine.facts import Fact, InstanceCompleted, InstanceTerminated
from server.runtime.step import Step

TAKES = (InstanceCompleted, InstanceTerminated)


def take(step: Step, facts: Sequence[Fact]) -> None:
    for fact in facts:
        step.instance.state = "completed" if isinstance(fact, InstanceCompleted) else "terminated"
        step.instance.ended_at = step.moment
        if isinstance(fact, InstanceTerminated):
            step.instance.end_reason = fact.reason
