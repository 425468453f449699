"""Who hears what inside an instance.

A message has one receiver, a signal all. Errors and escalations go outward from where they are thrown, at each border
to a catcher of just that code before one of any. Timers are woken from outside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from server.bpmn.definition import Trigger
from server.engine.conditions import Conditions
from server.engine.correlation import thrown_with, waited_for
from server.engine.facts import (
    ErrorCaught,
    EscalationCaught,
    EscalationUncaught,
    MessageThrown,
    SignalThrown,
    SubscriptionClosed,
    SubscriptionOpened,
    TimerCleared,
    TimerSet,
)
from server.engine.kernel import WAITING
from server.engine.mapping import carried
from server.engine.timing import first_due, following, seconds
from server.engine.tokens import Given, Token, Wait
from server.engine.urgency import job_priority
from server.errors import BpmnError, Failure

if TYPE_CHECKING:
    from server.engine.instance import Instance
    from server.engine.levels import Level
    from server.engine.steps import Step

_HEARD = ("message", "signal")
CONNECTOR_FAILED = "connectorFailed"
"""The code that a boundary event for any error sees when outside work has failed for good."""


class Delivery:
    """The ears of one instance: an index of what its tokens wait for. The tokens hold the waits themselves."""

    def __init__(self, instance: "Instance") -> None:
        self._instance = instance
        self._ears: dict[tuple[str, str], dict[tuple[int, int], str | None]] = {}
        self.conditions = Conditions(instance)

    # waiting

    def evaluate(self, trigger: Trigger, token: Token) -> Wait:
        """What a trigger waits for, seen from *token*. Raises Failure."""
        scripting = self._instance.scripting
        if trigger.kind == "timer":
            return first_due(trigger, token)
        if trigger.kind == "conditional":
            return Wait(trigger.kind)
        name = scripting.text(trigger.name, token)
        if name is None and trigger.kind in _HEARD:
            raise Failure(f"A {trigger.kind} without a name cannot be waited for.", trigger.line)
        return Wait(trigger.kind, name, waited_for(token, trigger))

    def attach(self, host: Token, steps: "list[Step]") -> None:
        """Put out a catcher for each step on behalf of *host*. Everything is evaluated before the first is there."""
        waits = [[self.evaluate(trigger, host) for trigger in step.triggers] for step in steps]
        for step, waiting in zip(steps, waits, strict=True):
            catcher = Token(host.workflow, step, parent=host, catcher=True, state=WAITING)
            self.open(catcher, waiting)

    def attend(self, level: "Level", steps: "tuple[Step, ...]") -> None:
        """Put out an ear for each event sub-process of a level. Raises Failure."""
        for step in steps:
            ear = Token(level, step, catcher=True, state=WAITING)
            self.open(ear, [self.evaluate(trigger, ear) for trigger in step.triggers])

    def open(self, token: Token, waits: list[Wait]) -> None:
        """From now on *token* waits for these, numbered from 0, but for what it has heard already."""
        token.waits = {number: wait for number, wait in enumerate(waits) if number not in token.heard}
        token.touch()
        self.listen(token)
        self.tell_timers(token)
        for number, wait in token.waits.items():
            if wait.kind in _HEARD and wait.name is not None:
                self._tell_subscription(token, number, wait)
            elif wait.kind == "conditional":
                self.conditions.ask_soon(token, number)

    def _tell_subscription(self, token: Token, number: int, wait: Wait) -> None:
        trigger = token.task_spec.triggers[number]
        paths = tuple((each.source.language, each.source.text) for each in trigger.correlation) if wait.key else ()
        name = wait.name or ""
        opened = SubscriptionOpened(token.id, token.element_key, number, wait.kind, name, wait.key, paths)
        self._instance.report(opened)

    def tell_timers(self, token: Token) -> None:
        for number, wait in token.waits.items():
            if wait.due is not None:
                self._instance.report(TimerSet(token.id, token.element_key, number, wait.due, job_priority(token)))

    def tell_timers_anew(self, token: Token) -> None:
        """Some of them have been done with while it could not hear them."""
        for number, wait in token.waits.items():
            if wait.due is not None:
                self._instance.report(TimerCleared(token.id, number))
        self.tell_timers(token)

    def listen(self, token: Token) -> None:
        """Enter what a token waits for into the index."""
        for number, wait in token.waits.items():
            if wait.kind in _HEARD and wait.name is not None:
                self._ears.setdefault((wait.kind, wait.name), {})[token.id, number] = wait.key
            elif wait.kind == "conditional":
                self.conditions.watch(token, number)

    def close(self, token: Token) -> None:
        """The token waits for nothing any more."""
        for number in list(token.waits):
            self._close(token, number)

    def _close(self, token: Token, number: int) -> None:
        wait = token.waits.pop(number)
        token.touch()
        if wait.due is not None:
            self._instance.report(TimerCleared(token.id, number))
        elif wait.kind == "conditional":
            self.conditions.forget(token, number)
        elif wait.kind in _HEARD and wait.name is not None:
            ears = self._ears[wait.kind, wait.name]
            del ears[token.id, number]
            if not ears:
                del self._ears[wait.kind, wait.name]
            self._instance.report(SubscriptionClosed(token.id, number))

    def learnt(self, key: str, value: str) -> None:
        """A conversation has its key from now on: who waits for one of its messages without one waits with it."""
        for (kind, _), ears in self._ears.items():
            for number, which in [place for place, held in ears.items() if kind == "message" and held is None]:
                token = self._instance.all[number]
                if token.task_spec.triggers[which].takes_learnt(key):
                    ears[number, which] = value
                    token.waits[which] = replace(token.waits[which], key=value)
                    token.touch()
                    self._instance.report(SubscriptionClosed(number, which))
                    self._tell_subscription(token, which, token.waits[which])

    def heard(self, catcher: Token, number: int) -> None:
        """A catcher that goes on waiting has heard something: a timer's next time, if its cycle has one; where all of
        several triggers had to come, all of them again: a condition that still holds has to become false before."""
        if catcher.task_spec.parallel_multiple:
            waits = (self.evaluate(trigger, catcher) for trigger in catcher.task_spec.triggers)
            self.open(catcher, [replace(wait, held=wait.kind == "conditional") for wait in waits])
            return
        wait = catcher.waits.get(number)
        if wait is None or wait.due is None:
            return
        later = following(wait, catcher, self._instance.moment)
        if later is None or later.due is None:
            self._close(catcher, number)
            return
        catcher.waits[number] = later
        catcher.touch()
        self._instance.report(TimerSet(catcher.id, catcher.element_key, number, later.due, job_priority(catcher)))

    # throwing

    def message(self, thrower: Token, trigger: Trigger) -> None:
        """To the first catcher here that has the name and the key, else out of the instance."""
        scripting = self._instance.scripting
        name = scripting.text(trigger.name, thrower)
        if not name:
            raise Failure("A message without a name cannot be thrown.", trigger.line)
        payload = carried(thrower, trigger)
        key = thrown_with(thrower, trigger, payload)
        for (number, which), waited in sorted(self._ears.get(("message", name), {}).items()):
            if self._resolved(waited) == self._resolved(key):
                self.wake(self._instance.all[number], which, payload)
                return
        waits = None if trigger.time_to_live is None else seconds(trigger.time_to_live, thrower)
        self._instance.report(MessageThrown(thrower.id, thrower.element_key, name, payload, key, waits))

    def _resolved(self, key: str | None) -> str | None:
        return self._instance.setting.business_key if key is None else key

    def signal(self, thrower: Token, trigger: Trigger) -> None:
        """To every catcher here, and out of the instance as well."""
        name = self._instance.scripting.text(trigger.name, thrower)
        if not name:
            raise Failure("A signal without a name cannot be thrown.", trigger.line)
        payload = carried(thrower, trigger)
        self._instance.report(SignalThrown(thrower.id, thrower.element_key, name, payload))
        for number, which in sorted(self._ears.get(("signal", name), {})):
            token = self._instance.all.get(number)
            if token is not None and which in token.waits:
                self.wake(token, which, payload)

    def wake(self, token: Token, number: int, payload: Mapping[str, Any]) -> None:
        """Trigger *number* of a waiting token has come."""
        self._hear(token, Given(number, payload))

    def _hear(self, token: Token, given: Given) -> None:
        """Let it fire, or where all of several triggers have to come, keep what has come until then."""
        if token.task_spec.parallel_multiple:
            token.heard[given.number] = given
            self._close(token, given.number)
            if len(token.heard) < len(token.task_spec.triggers):
                return
            first, *others = (token.heard[number] for number in sorted(token.heard))
            token.heard = {}
            given = replace(first, also=tuple(others))
        token.task_spec.fire(token, given)

    def error(self, token: Token, error: BpmnError) -> bool:
        """An error thrown at *token*. False: nobody catches it, so there is an incident or the called instance ends."""
        caught = self._outward("error", error.code, token)
        if caught is None:
            self._uncaught(token, error)
            return False
        catcher, number = caught
        self._instance.report(ErrorCaught(error.code, token.element_key, catcher.element_key))
        catcher.task_spec.fire(catcher, Given(number, error.variables, error.code, str(error)))
        return True

    def connector_failure(self, token: Token, message: str) -> bool:
        """Outside work has failed for good. The model may have foreseen it: by an error boundary event for any error at
        the activity itself (a technical failure goes no further outward). Whether it has."""
        for around in (token, token.parent):
            for catcher in around.listeners if around is not None else ():
                for number, wait in catcher.waits.items():
                    if wait.kind == "error" and wait.name is None:
                        self._instance.report(ErrorCaught(CONNECTOR_FAILED, token.element_key, catcher.element_key))
                        catcher.task_spec.fire(catcher, Given(number, {}, CONNECTOR_FAILED, message))
                        return True
        return False

    def _uncaught(self, token: Token, error: BpmnError) -> None:
        text = f" ({error})" if str(error) != error.code else ""
        message = f"The error '{error.code}'{text} was thrown and no boundary event catches it."
        if self._instance.setting.called:
            self._instance.fail(message, error.code)
        else:
            self._instance.incident(token, "error", Failure(message, token.task_spec.element.line))

    def escalation(self, token: Token, code: str, payload: Mapping[str, Any]) -> None:
        """An escalation thrown at *token*, which goes on unless an interrupting catcher takes it away."""
        caught = self._outward("escalation", code, token)
        if caught is None:
            self._instance.report(EscalationUncaught(code, token.element_key, payload))
            return
        catcher, number = caught
        self._instance.report(EscalationCaught(code, token.element_key, catcher.element_key))
        self._hear(catcher, Given(number, payload, code))

    def _outward(self, kind: str, code: str, token: Token) -> tuple[Token, int] | None:
        """The nearest catcher: of the activity, the loop around it, the event sub-processes of its level, then each
        sub-process around that."""
        for catchers in _borders(token):
            for wanted in (code, None):
                for catcher in catchers:
                    for number, wait in catcher.waits.items():
                        if wait.kind == kind and wait.name == wanted:
                            return catcher, number
        return None


def _borders(token: Token) -> Iterator[list[Token]]:
    """Who may catch what is thrown at *token*, from border to border outward. What an event sub-process throws is never
    caught by its own start."""
    around: Token | None = token
    while around is not None:
        yield around.listeners
        if around.parent is None:
            ears, key = around.workflow.listening.values(), around.element_key
            yield [ear for ear in ears if ear.task_spec.sub_process != key]
        around = around.host
