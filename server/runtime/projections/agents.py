"""What answers of agents have used, one row an answer, so that it can be added up."""

from collections.abc import Sequence

from server.database import add_rows, new_id
from server.engine.facts import AgentAnswered, Fact
from server.records.connection import AgentAnswer
from server.runtime.step import Step

TAKES = (AgentAnswered,)


def take(step: Step, facts: Sequence[Fact]) -> None:
    add_rows(AgentAnswer, [_row(step, fact) for fact in facts if isinstance(fact, AgentAnswered)])


def _row(step: Step, fact: AgentAnswered) -> dict[str, object]:
    return {
        "id": new_id(),
        "instance_id": step.instance.id,
        "activity": fact.activity,
        "element_key": fact.element,
        "agent": fact.agent,
        "connection": fact.connection,
        "model": fact.model,
        "tokens_in": fact.tokens_in,
        "tokens_out": fact.tokens_out,
        "cost": fact.cost,
        "answered_at": step.moment,
    }
