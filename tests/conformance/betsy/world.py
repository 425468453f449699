"""The processes of one file running side by side under a virtual clock, as one server would have them.

Every instance is played twice: straight, and restored from its parts around every call.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from server.bpmn.definition import Process
from server.engine import facts
from server.engine.construction import construct
from server.engine.execution import Execution, Setting

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
WORK = timedelta(seconds=10)
MOST = 200  # calls in one case; the largest needs about thirty


class Running:
    """One instance, with the traces that its scripts left."""

    def __init__(self, world: "World", process: Process, values: Mapping[str, Any], begun: tuple[Any, ...]) -> None:
        self.world = world
        self.process, self.program = process, construct(process)
        self.setting = Setting("instance", process.key, "key")
        self.parts: dict[str, str] = {}
        self.facts: list[facts.Fact] = []
        self.caller: tuple[Running, int] | None = None
        given = {"trace": [], **values}
        begin = (self.program, self.setting, world.moment, given, *begun)
        self.straight = Execution.start(*begin)
        self.settle(Execution.start(*begin))

    def do(self, command: str, *values: Any) -> None:
        restored = Execution.restore(self.program, self.setting, dict(self.parts))
        getattr(restored, command)(*values, self.world.moment)
        getattr(self.straight, command)(*values, self.world.moment)
        self.settle(restored)

    def settle(self, restored: Execution) -> None:
        new = self.straight.take_facts()
        assert restored.take_facts() == new
        changes = self.straight.take_changes()
        assert restored.take_changes() == changes
        self.parts.update(changes.written)
        for key in changes.removed:
            del self.parts[key]
        self.facts += new
        self.world.pending += [(self, fact) for fact in new]

    def all(self, kind: type[facts.Fact]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def live(self) -> set[int]:
        return {live.activity for live in self.straight.waiting()}

    def due(self) -> list[tuple[datetime, int, int | None]]:
        """Timers by their number; work that takes its time has none."""
        found: dict[tuple[int, int | None], datetime] = {}
        for fact in self.facts:
            if isinstance(fact, facts.TimerSet):
                found[fact.activity, fact.number] = fact.due
            elif isinstance(fact, facts.TimerCleared):
                found.pop((fact.activity, fact.number), None)
        begun = [(activity, at) for activity, at in self.world.works.items() if activity[0] is self]
        work = [(at + WORK, activity[1], None) for activity, at in begun if activity[1] in self.live]
        return [(due, *key) for key, due in found.items()] + work

    def ear(self, kind: str, name: str) -> tuple[int, int] | None:
        closed = {(fact.activity, fact.number) for fact in self.all(facts.SubscriptionClosed)}
        for fact in self.all(facts.SubscriptionOpened):
            if (fact.kind, fact.name) == (kind, name) and (fact.activity, fact.number) not in closed:
                return fact.activity, fact.number
        return None


class World:
    """All instances of the processes of a file, and what they throw at each other."""

    def __init__(self, processes: tuple[Process, ...], values: Mapping[str, Any]) -> None:
        self.processes = {process.key: process for process in processes if process.executable}
        self.values = values
        self.moment = NOW
        self.running: list[Running] = []
        self.pending: list[tuple[Running, facts.Fact]] = []
        self.works: dict[tuple[Running, int], datetime] = {}

    def start(self, key: str, *begun: Any) -> None:
        self.running.append(Running(self, self.processes[key], self.values, begun or (None, None)))
        self.deliver()

    def deliver(self) -> None:
        """Bring everywhere what was thrown, until nothing more is."""
        for _ in range(MOST):
            if not self.pending:
                return
            instance, fact = self.pending.pop(0)
            match fact:
                case facts.MessageThrown():
                    self._spread("message", fact.name, fact.payload, instance, most=1)
                case facts.SignalThrown():
                    self._spread("signal", fact.name, fact.payload, instance)
                case facts.UserTaskCreated():
                    self.works[instance, fact.activity] = self.moment
                case facts.CallRequested():
                    self._call(instance, fact)
                case facts.EscalationUncaught() if instance.caller is not None:
                    caller, activity = instance.caller
                    caller.do("throw_escalation", activity, fact.code, fact.payload)
                case facts.InstanceCompleted() if instance.caller is not None:
                    caller, activity = instance.caller
                    caller.do("return_from_call", activity, instance.straight.variables())

    def wait(self, span: timedelta) -> None:
        until = self.moment + span
        for _ in range(MOST):
            ready = [
                (due, index, activity, number)
                for index, instance in enumerate(self.running)
                if not instance.straight.completed
                for due, activity, number in instance.due()
                if due <= until
            ]
            if not ready:
                break
            due, index, activity, number = min(ready, key=lambda each: each[:3])
            self.moment = max(due, self.moment)
            if number is None:
                self.running[index].do("complete_user_task", activity, {}, "worker")
            else:
                self.running[index].do("fire_timer", activity, number)
            self.deliver()
        self.moment = until

    def _spread(self, kind: str, name: str, payload: Mapping[str, Any], thrower: Running, most: int = MOST) -> None:
        for instance in list(self.running):
            ear = None if instance is thrower else instance.ear(kind, name)
            if ear is not None and most:
                most -= 1
                instance.do(f"deliver_{kind}", *ear, payload)
        for process in self.processes.values():
            for element, triggers in process.level.openers().items():
                for number, trigger in enumerate(triggers):
                    if most and trigger.kind == kind and trigger.name is not None and trigger.name.text == name:
                        most -= 1
                        self.running.append(Running(self, process, self.values, (element, payload, number)))

    def _call(self, caller: Running, fact: facts.CallRequested) -> None:
        called = Running(self, self.processes[fact.process_key], {**self.values, **fact.variables}, (None, None))
        called.caller = caller, fact.activity
        self.running.append(called)

    # what there is to see

    def trace(self) -> list[str]:
        """What all instances have left: their scripts' traces, the marker, and how they failed."""
        found: list[str] = []
        for instance in self.running:
            changes = [f for f in instance.all(facts.VariableChanged) if f.name == "trace" and f.scope == 0]
            found += changes[-1].value if changes else []
            found += sorted({self._error(incident) for incident in instance.all(facts.IncidentRaised)})
        marked = any(f.name == "marked" for each in self.running for f in each.all(facts.VariableChanged))
        return found + ["MARKER_exists"] * marked + ["EXECUTION_parallel"] * self._overlaps()

    def _error(self, incident: facts.IncidentRaised) -> str:
        return "ERROR_thrownErrorEvent" if incident.kind == "error" else "ERROR_runtime"

    def _overlaps(self) -> bool:
        """Two pieces of work of one instance went on at the same time."""
        begun = Counter((instance, moment) for (instance, _), moment in self.works.items())
        return any(count > 1 for count in begun.values())
