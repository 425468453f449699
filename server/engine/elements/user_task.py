"""User tasks: work that a person does; who that may be and by when is evaluated when a token arrives."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.bpmn.definition import Listener, Trigger
from server.engine.facts import UserTaskCreated
from server.engine.listening import tell, tell_all, tell_last, told
from server.engine.mapping import people_named, priority_of
from server.engine.scripting import as_moment
from server.engine.steps import Step
from server.engine.timing import calendar_of
from server.engine.tokens import Given, Token, Wait
from server.errors import BpmnError, Failure
from server.expressions import Expression
from server.expressions.characters import writable
from server.expressions.durations import Period
from server.expressions.moments import after_duration, after_length

TIMEOUT = "timeout"
ASSIGNING = ("update", "assignment")
"""What is heard when somebody is given a user task, in this order."""


class UserTask(Step):
    """Waits for a person (BPMN 2.0.2, 10.3.4). Its triggers are the timeouts that listeners wait for meanwhile."""

    @property
    def timeouts(self) -> tuple[Listener, ...]:
        return tuple(listener for listener in self.element.listeners if listener.timer is not None)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        return tuple(listener.timer for listener in self.timeouts if listener.timer is not None)

    def work(self, token: Token) -> bool:
        if not told(token, "create"):
            return False
        created, delivery = self._created(token), token.instance.delivery
        if created.assignee is not None:
            token.person = created.assignee
            tell(token, "assignment")
            token.person = None
        waits = [delivery.evaluate(trigger, token) for trigger in self.triggers]
        token.instance.report(created)
        if waits:
            delivery.open(token, waits)
        return False

    def _created(self, token: Token) -> UserTaskCreated:
        assignment, scripting = self.element.assignment, token.instance.scripting
        return UserTaskCreated(
            activity=token.id,
            element=self.element.id,
            name=writable(self._name(token)),
            assignee=writable(scripting.text(assignment.assignee, token) or "") or None,
            candidate_users=people_named(token, assignment.candidate_users),
            candidate_groups=people_named(token, assignment.candidate_groups),
            excluded_users=people_named(token, assignment.excluded_users),
            due=_moment(token, assignment.due, "due date"),
            follow_up=_moment(token, assignment.follow_up, "follow-up date"),
            priority=priority_of(token, assignment.priority),
        )

    def finished(self, token: Token) -> bool:
        token.instance.delivery.close(token)
        return told(token, "complete")

    def cancelled(self, token: Token) -> None:
        tell_last(token, [each for each in self.element.listeners if each.event == "delete"])

    def assigned(self, token: Token, assignee: str | None) -> None:
        """Somebody has it now, or nobody."""
        events = {listener.event for listener in self.element.listeners}
        for event in ASSIGNING:
            if event in events:
                self._put_off(token, event, assignee)
        self.waits_again(token)

    def fire(self, catcher: Token, given: Given) -> None:
        """A timeout."""
        self._put_off(catcher, TIMEOUT, str(given.number))
        catcher.instance.delivery.heard(catcher, given.number)
        self.waits_again(catcher)

    def _put_off(self, token: Token, event: str, key: str | None) -> None:
        """Those who listen are told as soon as it has no incident."""
        number = max((len(self.triggers) - 1, *token.waits)) + 1
        token.waits[number] = Wait("listener", event, key)
        token.touch()

    def waits_again(self, token: Token) -> None:
        for number, wait in list(token.waits.items()):
            if wait.kind == "listener" and not token.gone and not token.failed and self._heard(token, wait):
                del token.waits[number]
                token.touch()

    def _heard(self, token: Token, wait: Wait) -> bool:
        """Run who listens while it waits. False: one has failed, and the token has an incident or has gone."""
        instance = token.instance
        listeners = [each for each in self.element.listeners if each.event == wait.name]
        if wait.name == TIMEOUT:
            listeners = [self.timeouts[int(wait.key or 0)]]
        else:
            token.person = wait.key
        try:
            tell_all(token, listeners)
            instance.variables.commit(token.id)
        except Failure as failure:
            instance.variables.roll_back()
            instance.incident(token, "expression", failure)
            return False
        except BpmnError as error:
            instance.variables.roll_back()
            instance.delivery.error(token, error)
            return False
        finally:
            token.person = None
        return True

    def _name(self, token: Token) -> str:
        name = self.element.name
        if "${" not in name and "#{" not in name:
            return name
        return str(token.instance.scripting.evaluate(Expression(name, "juel", self.element.line), token))


def _moment(token: Token, expression: Expression | None, what: str) -> datetime | None:
    """A moment; a duration counts from now, by the calendar of the process; what names no zone is meant in the zone of
    the process."""
    if expression is None:
        return None
    value = token.instance.scripting.evaluate(expression, token)
    if value is None or value == "":
        return None
    try:
        return _read_moment(value, token)
    except (ValueError, OverflowError):
        raise Failure(
            f"The {what} `{expression.text}` is neither a moment such as 2026-03-31T12:00 nor a duration such as P3D.",
            expression.line,
        ) from None


def _read_moment(value: Any, token: Token) -> datetime:
    moment, zone = token.instance.moment, token.instance.setting.zone
    if isinstance(value, timedelta | Period):
        return after_length(value, moment, ZoneInfo(zone), calendar_of(token))
    if isinstance(value, str) and value.strip().lstrip("-+").startswith("P"):
        return after_duration(value, moment, ZoneInfo(zone), calendar_of(token))
    return as_moment(value.strip() if isinstance(value, str) else value, zone).astimezone(UTC)
