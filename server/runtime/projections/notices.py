"""What people are told because of a step: work was given to them, or their request has ended."""

from collections.abc import Sequence

from server.engine.facts import Fact, InstanceCompleted, UserTaskCreated
from server.runtime.notices import tell
from server.runtime.step import Step

TAKES = (UserTaskCreated, InstanceCompleted)


def take(step: Step, facts: Sequence[Fact]) -> None:
    request = step.instance.business_key or step.process.name
    link, definition = f"/instances/{step.instance.id}", step.instance.definition_id
    for fact in facts:
        if isinstance(fact, UserTaskCreated) and fact.assignee and fact.assignee != step.person:
            tell(
                [fact.assignee],
                "assigned",
                f"{request}: {fact.name} is yours to do",
                "/inbox",
                step.moment,
                definition_id=definition,
            )
        elif isinstance(fact, InstanceCompleted) and _concerns(step):
            tell(
                [step.instance.started_by],
                "ended",
                f"{request} has been completed",
                link,
                step.moment,
                definition_id=definition,
            )


def _concerns(step: Step) -> bool:
    """The requester of a request of its own wants to know, unless it was the requester who ended it."""
    return step.instance.caller_id is None and step.instance.started_by not in (step.person, step.actor)
