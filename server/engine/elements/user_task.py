"""User tasks: work that a person does; who that may be and by when is evaluated when a token arrives."""

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.engine.facts import UserTaskCreated
from server.engine.listening import tell, told
from server.engine.mapping import priority_of
from server.engine.scripting import as_moment
from server.engine.steps import Step
from server.engine.tokens import Token
from server.errors import Failure
from server.expressions import Expression
from server.expressions.durations import Period, advance, read_period


class UserTask(Step):
    """Waits for a person (BPMN 2.0.2, 10.3.4)."""

    def work(self, token: Token) -> bool:
        if not told(token, "create"):
            return False
        assignment, scripting = self.element.assignment, token.instance.scripting
        assignee = scripting.text(assignment.assignee, token) or None
        token.instance.report(
            UserTaskCreated(
                activity=token.id,
                element=self.element.id,
                name=self._name(token),
                assignee=assignee,
                candidate_users=_people(token, assignment.candidate_users),
                candidate_groups=_people(token, assignment.candidate_groups),
                excluded_users=_people(token, assignment.excluded_users),
                due=_moment(token, assignment.due, "due date"),
                follow_up=_moment(token, assignment.follow_up, "follow-up date"),
                priority=priority_of(token, assignment.priority),
            )
        )
        if assignee is not None:
            token.person = assignee
            tell(token, "assignment")
            token.person = None
        return False

    def finished(self, token: Token) -> bool:
        return told(token, "complete")

    def cancelled(self, token: Token) -> None:
        # What is taken away cannot keep an incident, so a listener that fails then is left.
        with contextlib.suppress(Failure):
            tell(token, "delete")

    def _name(self, token: Token) -> str:
        name = self.element.name
        if "${" not in name and "#{" not in name:
            return name
        return str(token.instance.scripting.evaluate(Expression(name, "juel", self.element.line), token))


def _people(token: Token, expressions: Iterable[Expression]) -> tuple[str, ...]:
    """Each expression yields a list, or a text with commas; nobody is named twice."""
    found: dict[str, None] = {}
    for expression in expressions:
        value = token.instance.scripting.evaluate(expression, token)
        if value is None:
            continue
        parts = value if isinstance(value, list | tuple) else str(value).split(",")
        found.update((text, None) for part in parts if (text := str(part).strip()))
    return tuple(found)


def _moment(token: Token, expression: Expression | None, what: str) -> datetime | None:
    """A moment; a duration counts from now; a date or a time without a zone is meant in the zone of the process."""
    if expression is None:
        return None
    value, zone = token.instance.scripting.evaluate(expression, token), token.instance.setting.zone
    if value is None or value == "":
        return None
    try:
        return _read_moment(value, token.instance.moment, zone)
    except (ValueError, OverflowError):
        raise Failure(
            f"The {what} `{expression.text}` is neither a moment such as 2026-03-31T12:00 nor a duration such as P3D.",
            expression.line,
        ) from None


def _read_moment(value: Any, moment: datetime, zone: str) -> datetime:
    if isinstance(value, timedelta):
        return moment + value
    if isinstance(value, str) and value.strip().lstrip("-+").startswith("P"):
        value = read_period(value)
    if isinstance(value, Period):
        return advance(moment, value, ZoneInfo(zone))
    return as_moment(value.strip() if isinstance(value, str) else value, zone).astimezone(UTC)
