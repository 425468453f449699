"""What people are told because of a step: work was given to them, or their request has ended."""

from collections.abc import Sequence

from server.engine.facts import Fact, InstanceCompleted, UserTaskCreated
from server.runtime.notices import tell
from server.runtime.step import Step
from server.sentences import say

TAKES = (UserTaskCreated, InstanceCompleted)


def take(step: Step, facts: Sequence[Fact]) -> None:
    request = step.instance.business_key or step.process.name
    link, definition = f"/instances/{step.instance.id}", step.instance.definition_id
    for fact in facts:
        if isinstance(fact, UserTaskCreated) and fact.assignee and fact.assignee != step.person:
            tell(
                [fact.assignee],
                "assigned",
                say("%(request)s: %(name)s is yours to do", request=request, name=fact.name),
                "/inbox",
                step.moment,
                definition_id=definition,
            )
        elif isinstance(fact, InstanceCompleted) and _concerns(step):
            tell(
                [step.instance.started_by],
                "ended",
                say("%(request)s has been completed", request=request),
                link,
                step.moment,
                definition_id=definition,
            )


def _concerns(step: Step) -> bool:
    """The requester of a request of its own wants to know, unless it was the requester who ended it."""
    return step.instance.caller_id is None and step.instance.started_by not in (step.person, step.actor)
