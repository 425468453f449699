"""An execution: one process instance in memory, carried by each call from its wait states to the next ones.

An execution that raised anything but a Rejection, or whose changes were not kept, is not to be used again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from server.engine import modification
from server.engine.agents import agent_answered
from server.engine.beginning import begin, begin_before
from server.engine.elements.ad_hoc_sub_process import AdHoc
from server.engine.elements.user_task import UserTask
from server.engine.facts import (
    AdHocActivityPicked,
    ExternalTaskCompleted,
    Fact,
    IncidentResolved,
    InstanceTerminated,
    UserTaskCompleted,
)
from server.engine.fetching import ANSWERED, ASKED
from server.engine.instance import Instance, Setting
from server.engine.loading import Fetch
from server.engine.mapping import receive
from server.engine.modification import Live
from server.engine.program import Program
from server.engine.snapshot import Changes
from server.engine.tokens import Given, Token
from server.errors import BpmnError, Conflict, Failure
from server.sentences import say

NEVER = datetime.min.replace(tzinfo=UTC)  # of an execution that nothing has been asked of yet

__all__ = ["Changes", "Execution", "Live", "Setting"]


class Execution:
    """What the runtime may do with an instance. Every call that is refused raises Conflict and changes nothing."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    # life

    @classmethod
    def start(
        cls,
        program: Program,
        setting: Setting,
        moment: datetime,
        variables: Mapping[str, Any],
        start_element: str | None = None,
        payload: Mapping[str, Any] | None = None,
        number: int = 0,
    ) -> "Execution":
        """A new instance, run to its first wait states.

        It begins at the plain start event, or at *start_element* whose trigger *number* has come with *payload*. Raises
        Invalid where there is no such start.
        """
        return cls(begin(program, setting, moment, variables, start_element, payload, number))

    @classmethod
    def start_elsewhere(
        cls,
        program: Program,
        setting: Setting,
        moment: datetime,
        variables: Mapping[str, Any],
        element_keys: tuple[str, ...],
    ) -> "Execution":
        """A new instance with tokens before these elements, one after the other, instead of at its start event. Raises
        Invalid as `start_before` does."""
        return cls(begin_before(program, setting, moment, variables, element_keys))

    @classmethod
    def restore(
        cls, program: Program, setting: Setting, parts: Mapping[str, str], rest: Fetch | None = None
    ) -> "Execution":
        """The instance as its parts have it; *rest* reads those that are portions of their own, when they are needed.

        Raises ValueError for parts that another version has written.
        """
        instance = Instance(program, setting, NEVER, {}, rest)
        instance.restore(parts)
        return cls(instance)

    def terminate(self, reason: str, moment: datetime, error_code: str | None = None) -> None:
        """End it from outside."""
        self._begin(moment)
        self._instance.end(InstanceTerminated(reason, error_code))

    # what has come

    def complete_user_task(
        self, activity: int, variables: Mapping[str, Any], person: str | None, moment: datetime
    ) -> None:
        """A person has done it. What was submitted stays, even if the model fails in what comes next."""
        token = self._working(activity, "userTask")
        self._begin(moment, person)
        receive(token, variables)
        self._instance.variables.accept(activity)
        token.person = person
        self._instance.report(UserTaskCompleted(activity, token.element_key, person))
        token.resume()
        self._instance.run()

    def assign_user_task(self, activity: int, assignee: str | None, person: str | None, moment: datetime) -> None:
        """A person has taken it, was given it, or (None) has given it back; who did that is *person*. What listens to
        that hears it."""
        token = self._live(activity)
        step = token.task_spec
        if not isinstance(step, UserTask) or step.repeats or not (token.works or token.was_waiting):
            raise Conflict(say("Activity %(activity)s is no user task that waits for a person.", activity=activity))
        self._begin(moment, person)
        step.assigned(token, assignee)
        self._instance.run()

    def fire_timer(self, activity: int, number: int, moment: datetime) -> None:
        self._wake(activity, number, "timer", {}, moment)

    def deliver_message(self, activity: int, number: int, payload: Mapping[str, Any], moment: datetime) -> None:
        self._wake(activity, number, "message", payload, moment)

    def deliver_signal(self, activity: int, number: int, payload: Mapping[str, Any], moment: datetime) -> None:
        self._wake(activity, number, "signal", payload, moment)

    def complete_connector(self, activity: int, answer: Mapping[str, Any], moment: datetime) -> None:
        """Outside work is done; the answer's fields are variables while its outputs are evaluated. If that fails, the
        answer is kept, and trying again does not do the work again."""
        self._answer(self._working(activity, "serviceTask", "sendTask", "businessRuleTask"), answer, moment)

    def answer_of_agent(self, activity: int, answer: Mapping[str, Any], moment: datetime) -> None:
        """A connector's question was answered by an agent: what was asked and answered is told, then as above."""
        token = self._working(activity, "serviceTask", "sendTask", "businessRuleTask")
        self._begin(moment)
        self._instance.report(agent_answered(activity, token.element_key, answer))
        token.wake(Given(0, answer))
        self._instance.run()

    def complete_external_task(
        self, activity: int, variables: Mapping[str, Any], moment: datetime, own: Mapping[str, Any] | None = None
    ) -> None:
        """A worker has done what it was asked for; its variables stay, even if the model fails in what comes next.

        *own* are variables of the activity alone, for its outputs.
        """
        token = self._fetched(activity)
        self._begin(moment)
        self._hand_in(token, variables, own)
        self._instance.report(ExternalTaskCompleted(activity, token.element_key))
        token.external = ANSWERED
        token.ready()
        self._instance.run()

    def hear_from_worker(
        self, activity: int, variables: Mapping[str, Any], moment: datetime, own: Mapping[str, Any] | None = None
    ) -> None:
        """A worker that could not do it tells variables all the same; it is still asked for."""
        token = self._fetched(activity)
        self._begin(moment)
        self._hand_in(token, variables, own)
        self._instance.run()

    def return_from_call(self, activity: int, variables: Mapping[str, Any], moment: datetime) -> None:
        """The called instance has ended with these variables."""
        self._answer(self._working(activity, "callActivity"), variables, moment)

    def continue_activity(self, activity: int, moment: datetime) -> None:
        """The break that the model asked for is over."""
        token = self._live(activity)
        if not token.paused:
            raise Conflict(say("Activity %(activity)s is not waiting for a continuation.", activity=activity))
        self._begin(moment)
        token.ready()
        self._instance.run()

    def throw_error(
        self, activity: int, code: str, message: str, variables: Mapping[str, Any], moment: datetime
    ) -> None:
        """A connector or a called instance has ended in an error; without a catcher this is an incident."""
        token = self._live(activity)
        if token.external is None:
            token = self._working(activity, "serviceTask", "sendTask", "businessRuleTask", "callActivity", "userTask")
        self._begin(moment)
        self._instance.delivery.error(token, BpmnError(code, message, dict(variables)))
        self._instance.run()

    def throw_escalation(self, activity: int, code: str, variables: Mapping[str, Any], moment: datetime) -> None:
        """A called instance has thrown an escalation that nobody in it caught; the activity goes on if nobody
        interrupts it."""
        token = self._working(activity, "callActivity", "userTask")
        self._begin(moment)
        self._instance.delivery.escalation(token, code, variables)
        self._instance.run()

    # ad-hoc sub-processes

    def start_ad_hoc(self, activity: int, element_key: str, moment: datetime, person: str | None = None) -> None:
        """Somebody has chosen what is done next in an ad-hoc sub-process. Raises Conflict when it cannot be now."""
        token, step = self._ad_hoc(activity)
        refusal = step.refusal(token, element_key)
        if refusal is not None:
            raise Conflict(refusal)
        self._begin(moment, person)
        self._instance.report(AdHocActivityPicked(activity, token.element_key, element_key, person))
        step.pick(token, element_key)
        self._instance.run()

    def finish_ad_hoc(self, activity: int, moment: datetime, person: str | None = None) -> None:
        """Somebody says that enough has been done. Raises Conflict where the model has a condition for that."""
        token, step = self._ad_hoc(activity)
        if step.how.completion is not None:
            raise Conflict(
                say("'%(name)s' ends by its own condition.", name=token.task_spec.element.name or token.element_key)
            )
        self._begin(moment, person)
        step.finish(token)
        self._instance.run()

    def _ad_hoc(self, activity: int) -> tuple[Token, AdHoc]:
        token = self._working(activity, "adHocSubProcess")
        step = token.task_spec
        if not isinstance(step, AdHoc):
            raise Conflict(say("Activity %(activity)s is no ad-hoc sub-process.", activity=activity))
        return token, step

    # incidents

    def raise_incident(self, activity: int, kind: str, message: str, moment: datetime) -> None:
        """What was asked of others has failed for good."""
        token = self._live(activity)
        if token.failed:
            raise Conflict(say("Activity %(activity)s has an incident already.", activity=activity))
        self._begin(moment)
        self._instance.incident(token, kind, Failure(message, token.task_spec.element.line))

    def fail_connector(self, activity: int, message: str, moment: datetime) -> None:
        """Every attempt of outside work has failed: an error boundary event that catches any error at this very
        activity takes it, else it is an incident."""
        token = self._working(activity, "serviceTask", "sendTask", "businessRuleTask")
        self._begin(moment)
        if not self._instance.delivery.connector_failure(token, message):
            self._instance.incident(token, "connector", Failure(message, token.task_spec.element.line))
        self._instance.run()

    def retry(self, activity: int, moment: datetime) -> None:
        """Try again what raised the incident, from where it failed."""
        token = self._stuck(activity)
        self._begin(moment)
        self._instance.report(IncidentResolved(activity, token.element_key))
        modification.retry(token)
        self._instance.run()

    def skip(self, activity: int, moment: datetime) -> None:
        """Leave undone what raised the incident, and go on behind it."""
        token = self._stuck(activity)
        self._begin(moment)
        modification.skip(token)
        self._instance.run()

    def _stuck(self, activity: int) -> Token:
        token = self._live(activity)
        if not token.failed:
            raise Conflict(say("Activity %(activity)s has no incident.", activity=activity))
        return token

    # changes by an operator

    def set_variable(self, name: str, value: Any, moment: datetime, activity: int | None = None) -> None:
        """In the process, or as a variable of the activity's own scope where it has one, else the nearest around."""
        self._begin(moment)
        scope = self._instance.variables[0] if activity is None else self._live(activity).scope
        scope.set_local(name, value)
        self._instance.variables.accept(activity)
        self._instance.run()

    def remove_variable(self, name: str, moment: datetime, activity: int | None = None) -> None:
        scope = self._instance.variables[0] if activity is None else self._live(activity).scope
        if not scope.holds(name):
            raise Conflict(say("There is no variable '%(name)s' here.", name=name))
        self._begin(moment)
        del scope[name]
        self._instance.variables.accept(activity)
        self._instance.run()

    def cancel_activity(self, activity: int, moment: datetime) -> None:
        """Take a token away. To move one, start the new element first: an instance without tokens has ended."""
        token = self._live(activity)
        self._begin(moment)
        modification.cancel(token)
        self._instance.run()

    def start_before(self, element_key: str, moment: datetime) -> None:
        """A token appears before an element of the process, or of a sub-process that is running. Raises Invalid for any
        other element."""
        self._begin(moment)
        modification.start_before(self._instance, element_key)

    # what there is to know

    def take_facts(self) -> list[Fact]:
        """What has happened since the last take, in order."""
        return self._instance.observation.take()

    def take_changes(self) -> Changes:
        """The parts that have changed since the last take."""
        self._instance.keep()
        return self._instance.parts.take()

    @property
    def completed(self) -> bool:
        """It has ended, in whatever way."""
        return self._instance.ended

    def variables(self) -> dict[str, Any]:
        """The variables of the process; after its end, those it ended with."""
        scope = self._instance.variables[0]
        return {name: scope.own(name) for name in scope.own_names()}

    def outputs(self) -> dict[str, Any]:
        """What it gives to whoever called it: the data outputs of the process, or all variables where it has none."""
        data, variables = self._instance.program.process.data, self.variables()
        if data is None or not data.outputs:
            return variables
        return {name: variables.get(name) for name in data.outputs}

    def waiting(self) -> list[Live]:
        """Every live activity instance, oldest first."""
        return modification.live(self._instance)

    # within

    def _begin(self, moment: datetime, person: str | None = None) -> None:
        if self._instance.ended:
            raise Conflict(say("The process instance has ended."))
        self._instance.moment, self._instance.person = moment, person
        self._instance.stores = {}

    def _live(self, activity: int) -> Token:
        token = self._instance.find(activity)
        if token is None:
            raise Conflict(say("Activity %(activity)s is not running any more.", activity=activity))
        return token

    def _working(self, activity: int, *kinds: str) -> Token:
        token = self._live(activity)
        element = token.task_spec.element
        if not token.works or token.external or element.kind not in kinds or token.task_spec.repeats:
            raise Conflict(say("'%(name)s' is not waiting for this any more.", name=element.name or element.id))
        return token

    def _fetched(self, activity: int) -> Token:
        token = self._live(activity)
        if token.external != ASKED or token.failed:
            raise Conflict(say("Activity %(activity)s is not waiting for a worker any more.", activity=activity))
        return token

    def _hand_in(self, token: Token, variables: Mapping[str, Any], own: Mapping[str, Any] | None) -> None:
        receive(token, variables)
        if own:
            token.open_scope(own)
        self._instance.variables.accept(token.id)

    def _wake(self, activity: int, number: int, kind: str, payload: Mapping[str, Any], moment: datetime) -> None:
        token = self._live(activity)
        wait = token.waits.get(number)
        if wait is None or wait.kind != kind:
            raise Conflict(
                say("Activity %(activity)s is not waiting for this %(kind)s any more.", activity=activity, kind=kind)
            )
        self._begin(moment)
        self._instance.delivery.wake(token, number, payload)
        self._instance.run()

    def _answer(self, token: Token, answer: Mapping[str, Any], moment: datetime) -> None:
        self._begin(moment)
        token.wake(Given(0, answer))
        self._instance.run()
