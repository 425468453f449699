"""Plays a deployed process application without a database, as a runtime with one table of everything would.

Each process instance is played twice at once: straight, and restored from its parts around every single call. Both
must report the same facts and change the same parts. What people hand in goes through the forms, as it does when it
comes from a browser; mail arrives unless a test says otherwise; called processes are played by players of their own.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from server import bpmn, dmn
from server.bpmn.definition import DecisionReference, Element, Kind, Process
from server.engine import facts
from server.engine.construction import Program, construct
from server.engine.execution import Changes, Execution, Setting
from server.engine.world import Made
from server.errors import Failure
from server.expressions.business_time import BusinessTime
from server.forms import submission
from server.forms.definition import Form
from server.forms.dialects import form_js
from server.runtime.decisions import mapped, plain

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
F = TypeVar("F")


@cache
def application(key: str) -> tuple[Process, Program]:
    """A process application that ships with the server."""
    return read(ROOT / "bpmn_models" / f"{key}.bpmn")


@cache
def read(file: Path) -> tuple[Process, Program]:
    reading = bpmn.read_model(file.read_bytes(), file.name)
    assert not [problem for problem in reading.problems if problem.level == "problem"]
    (process,) = reading.processes
    return process, construct(process)


@cache
def form(key: str) -> Form:
    return form_js.read((ROOT / "forms" / f"{key}.form").read_bytes())


@cache
def shipped_decision(key: str) -> dmn.Prepared | None:
    """The file of a decision that ships with the server."""
    for path in sorted((ROOT / "bpmn_models").glob("*.dmn")):
        model = dmn.read_model(path.read_bytes(), path.name).model
        if model.decision(key) is not None:
            return dmn.prepare_model(model, [], path.name)
    return None


class Player:
    """`facts` holds everything that was reported, `mails` what was sent by whom, `called` the called instances."""

    def __init__(
        self,
        model: tuple[Process, Program],
        variables: Mapping[str, Any],
        *,
        person: str | None = None,
        start: str | None = None,
        moment: datetime = NOW,
        number: int = 0,
        stores: Mapping[str, Any] | None = None,
        calls: bool = True,
        calendars: Mapping[str, BusinessTime] | None = None,
        **setting: Any,
    ) -> None:
        self.process, self._program = model
        self.stores: dict[str, Any] = dict(stores or {})
        self.calendars = dict(calendars or {})
        self.decisions: list[tuple[str, dict[str, Any]]] = []
        self._setting = Setting("instance", self.process.key, initiator=person, world=self, **setting)
        self.moment = moment
        self.facts: list[facts.Fact] = []
        self.mails: list[tuple[str, Mapping[str, Any]]] = []
        self.mail_fails = False
        self.calls = calls
        self.called: list[Player] = []
        self._parts: dict[str, str] = {}
        self._straight = self._begin(variables, start, number)
        self._settle(self._begin(variables, start, number))

    def _begin(self, given: Mapping[str, Any], start: str | None, number: int) -> Execution:
        """By hand with variables, or at an event that has brought them."""
        if start is None:
            return Execution.start(self._program, self._setting, self.moment, given)
        return Execution.start(self._program, self._setting, self.moment, {}, start, given, number)

    @classmethod
    def of(cls, key: str, person: str | None, /, **values: Any) -> "Player":
        """An application, started by a person with the form of its plain start event."""
        process, program = application(key)
        start = next(e for e in process.level.elements.values() if e.kind is Kind.START_EVENT and not e.triggers)
        handed_in = _form(start)
        assert handed_in is not None
        accepted = submission.accept(handed_in, values, {})
        return cls((process, program), accepted, person=person, business_key="K-1")

    # what comes

    def complete(self, element_key: str, person: str, /, which: int = 0, **values: Any) -> None:
        """A person who may do it hands in the form of a user task."""
        live = {activity.activity for activity in self._straight.waiting()}
        asked = [f for f in self.all(facts.UserTaskCreated) if f.element == element_key and f.activity in live]
        assert len(asked) > which, f"{element_key} is not open; {self.open} are"
        assert person not in asked[which].excluded_users
        assert asked[which].assignee in (None, person)
        handed_in = _form(self._element(element_key))
        accepted = values if handed_in is None else submission.accept(handed_in, values, self.variables)
        activity = asked[which].activity
        self.do("complete_user_task", activity, accepted, person)

    def wait(self, **span: float) -> None:
        """Let time pass; what is due meanwhile fires in its order."""
        until = self.moment + timedelta(**span)
        while ready := [(due, key) for key, due in self.timers().items() if due <= until]:
            due, (activity, number) = min(ready)
            self.moment = max(due, self.moment)
            self.do("fire_timer", activity, number)
        self.moment = until

    def message(self, name: str, /, **payload: Any) -> None:
        self.do("deliver_message", *self._ear("message", name), payload)

    def signal(self, name: str, /, **payload: Any) -> None:
        self.do("deliver_signal", *self._ear("signal", name), payload)

    def answer(self, element_key: str, /, **fields: Any) -> None:
        """A connector has done its work."""
        self.do("complete_connector", self.at(element_key), fields)

    def fail(self, element_key: str, message: str) -> None:
        """A connector has used up its attempts."""
        self.do("fail_connector", self.at(element_key), message)

    def do(self, command: str, *values: Any) -> None:
        """Give a command to both executions."""
        self.do_at(lambda execution, moment: getattr(execution, command)(*values, moment))

    def do_at(self, give: Callable[[Execution, datetime], None]) -> None:
        """Give both a command in which the moment is not the last value."""
        restored = Execution.restore(self._program, self._setting, dict(self._parts))
        give(restored, self.moment)
        give(self._straight, self.moment)
        self._settle(restored)

    # the world, as a runtime would be it

    def read_store(self, name: str) -> Any:
        return self.stores.get(name)

    def calendar(self, key: str) -> BusinessTime:
        return self.calendars[key]

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        """The applications' own decisions; any other says yes to what is cheap."""
        self.decisions.append((key, dict(scope)))
        shipped = shipped_decision(key)
        if shipped is not None:
            outcome = dmn.decide(shipped, key, scope)
            assert not outcome.notes
            return Made(plain(mapped(outcome, reference.result_mapping, key)), {"key": key})
        if key == "broken":
            raise Failure("The decision 'broken' cannot be made.", reference.line)
        return Made(scope["amount"] < 100, {"key": key})

    # what there is to see

    @property
    def completed(self) -> bool:
        return self._straight.completed

    @property
    def variables(self) -> dict[str, Any]:
        return self._straight.variables()

    @property
    def outputs(self) -> dict[str, Any]:
        return self._straight.outputs()

    @property
    def open(self) -> list[str]:
        """The user tasks that wait, oldest first."""
        live = {activity.activity for activity in self._straight.waiting()}
        return [fact.element for fact in self.all(facts.UserTaskCreated) if fact.activity in live]

    @property
    def waiting(self) -> list[str]:
        """Every live activity instance and event, oldest first."""
        return [live.element for live in self._straight.waiting()]

    @property
    def ends(self) -> list[str]:
        """The end events that were reached, in order; those without a name are left out."""
        passed = self.all(facts.ActivityCompleted)
        elements = [self._element(fact.element) for fact in passed]
        return [element.id for element in elements if element.kind is Kind.END_EVENT]

    @property
    def passed(self) -> list[str]:
        """The elements that were completed, in order."""
        return [fact.element for fact in self.all(facts.ActivityCompleted)]

    @property
    def cancelled(self) -> list[str]:
        return [fact.element for fact in self.all(facts.ActivityCancelled)]

    @property
    def incidents(self) -> list[str]:
        return [fact.element for fact in self.all(facts.IncidentRaised)]

    @property
    def last_incident(self) -> facts.IncidentRaised:
        return self.all(facts.IncidentRaised)[-1]

    def all(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def asked(self, element_key: str) -> facts.UserTaskCreated:
        """Whom the element has asked last."""
        return [fact for fact in self.all(facts.UserTaskCreated) if fact.element == element_key][-1]

    def at(self, element_key: str, which: int = 0) -> int:
        """The number of a live activity instance."""
        found = [live.activity for live in self._straight.waiting() if live.element == element_key]
        assert len(found) > which, f"{element_key} is not waiting; {self.waiting} are"
        return found[which]

    def timers(self) -> dict[tuple[int, int], datetime]:
        """What is due when."""
        due: dict[tuple[int, int], datetime] = {}
        for fact in self.facts:
            if isinstance(fact, facts.TimerSet):
                due[fact.activity, fact.number] = fact.due
            elif isinstance(fact, facts.TimerCleared):
                due.pop((fact.activity, fact.number))
        return due

    # within

    def _settle(self, restored: Execution) -> None:
        new = self._straight.take_facts()
        assert restored.take_facts() == new
        self.facts += new
        changes = self._straight.take_changes()
        assert restored.take_changes() == changes
        self._parts.update(changes.written)
        for key in changes.removed:
            del self._parts[key]
        assert self._straight.variables() == restored.variables()
        assert self._straight.waiting() == restored.waiting()
        assert self.completed == (not self._parts)
        if not self.completed:
            whole = Execution.restore(self._program, self._setting, dict(self._parts))
            assert whole.take_changes() == Changes({}, frozenset())
        for fact in new:
            self._carry_out(fact)

    def _carry_out(self, fact: facts.Fact) -> None:
        """What a worker would do next."""
        if isinstance(fact, facts.ContinuationRequested):
            self.do("continue_activity", fact.activity)
        elif isinstance(fact, facts.ConnectorCalled) and fact.connector == "mail":
            self.mails.append((fact.element, fact.parameters))
            if self.mail_fails:
                self.do("fail_connector", fact.activity, "No mail server can be reached.")
            else:
                self.do("complete_connector", fact.activity, {"messageId": "1"})
        elif isinstance(fact, facts.DataStoreChanged):
            self.stores[fact.store] = fact.value
        elif isinstance(fact, facts.CallRequested) and self.calls:
            self.called.append(_Called(self, fact))

    def _element(self, key: str) -> Element:
        element = self.process.element(key)
        assert element is not None, f"there is no element {key}"
        return element

    def _ear(self, kind: str, name: str) -> tuple[int, int]:
        ears: dict[tuple[int, int], None] = {}
        for fact in self.facts:
            if isinstance(fact, facts.SubscriptionOpened) and (fact.kind, fact.name) == (kind, name):
                ears[fact.activity, fact.number] = None
            elif isinstance(fact, facts.SubscriptionClosed):
                ears.pop((fact.activity, fact.number), None)
        assert ears, f"nobody waits for the {kind} {name}"
        return next(iter(ears))


class _Called(Player):
    """An instance that a call activity of another one has called; its end goes back there."""

    def __init__(self, caller: Player, call: facts.CallRequested) -> None:
        self._caller, self._activity, self._came_back = caller, call.activity, False
        model = application(call.process_key)
        super().__init__(model, call.variables, person="hedy", moment=caller.moment, called=True)

    def do(self, command: str, *values: Any) -> None:
        self.moment = self._caller.moment = max(self.moment, self._caller.moment)
        super().do(command, *values)
        # What is carried out within a command may end the instance before the command itself is done.
        if self.completed and not self._came_back:
            self._came_back = True
            self._return()

    def _return(self) -> None:
        ended = self.facts[-1]
        if isinstance(ended, facts.InstanceCompleted):
            self._caller.do("return_from_call", self._activity, self.variables)
        elif isinstance(ended, facts.InstanceTerminated) and ended.error_code is not None:
            self._caller.do("throw_error", self._activity, ended.error_code, ended.reason, {})


def _form(element: Element) -> Form | None:
    return form(element.form.key) if element.form is not None and element.form.key is not None else None
