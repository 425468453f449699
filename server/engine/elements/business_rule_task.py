"""Business rule tasks: a decision is made, by the decision it names or by other work (BPMN 2.0.2, 10.3.3)."""

from server.engine.deciding import Deciding


class BusinessRuleTask(Deciding):
    """Has a decision made."""
