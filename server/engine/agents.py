"""What history is told of an agent: what it was asked, what it answered, and what that cost."""

from collections.abc import Mapping
from typing import Any

from server.engine.facts import AgentAnswered


def agent_answered(activity: int, element: str, answer: Mapping[str, Any]) -> AgentAnswered:
    """The fact, from what the connector hands over; tokens are counted in and out, the cost is the connection's."""
    return AgentAnswered(
        activity,
        element,
        answer["agent"],
        answer["connection"],
        answer["model"],
        answer["prompt"],
        {"answer": answer["answer"]},
        answer["tokensIn"],
        answer["tokensOut"],
        answer["cost"],
    )
