"""Who may see an instance because work in it was given to them."""

from collections.abc import Sequence

from server.engine.facts import Fact, UserTaskCreated
from server.runtime.involvement import involve
from server.runtime.step import Step

TAKES = (UserTaskCreated,)


def take(step: Step, facts: Sequence[Fact]) -> None:
    involve(step.instance.id, [fact.assignee for fact in facts if isinstance(fact, UserTaskCreated) and fact.assignee])
