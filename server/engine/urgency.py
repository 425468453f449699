"""What the model says about the jobs of an element: how urgent they are, whether each runs alone, how it is retried."""

from typing import TYPE_CHECKING

from server.errors import Failure
from server.expressions import Expression

if TYPE_CHECKING:
    from server.engine.tokens import Token


def job_priority(token: "Token") -> int:
    """The priority of the element's jobs, else that of its process, else 0.

    An expression that has no number just now counts as 0: no work may wait for somebody to mend how urgent it is.
    """
    expression = token.task_spec.element.job_priority or token.instance.program.process.job_priority
    if expression is None:
        return 0
    try:
        value = int(token.instance.scripting.evaluate(expression, token))
    except (Failure, TypeError, ValueError, OverflowError):
        return 0
    return min(max(value, -LIMIT), LIMIT)


LIMIT = 2**31 - 1  # what a column of whole numbers holds


def runs_alone(token: "Token") -> bool:
    """Its jobs and the other ones of this kind never run at once in one instance: what is asynchronous, as Camunda has
    it, unless the model says exclusive="false"."""
    element = token.task_spec.element
    return (element.asynchronous_before or element.asynchronous_after) and not element.concurrent


def retry_cycle(token: "Token") -> str | None:
    """Such as R3/PT10M, also where an expression says it. Raises Failure."""
    written = token.task_spec.element.retry_cycle
    if written is None or "{" not in written:
        return written
    value = token.instance.scripting.evaluate(Expression(written, "juel", token.task_spec.element.line), token)
    return str(value) if value else None
