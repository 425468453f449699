"""A process played three times at once: straight, and saved around every command and then restored, once whole and
once in portions as they are needed. All must say the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from server.bpmn.definition import Process
from server.engine import facts
from server.engine.construction import Program, construct
from server.engine.execution import Changes, Execution, Setting
from server.engine.snapshot import portion

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
F = TypeVar("F")


def restored_in_portions(program: Program, setting: Setting, parts: Mapping[str, str]) -> Execution:
    """Only what is always loaded; the rest is read when it is asked for."""
    first = {key: text for key, text in parts.items() if portion(key) == 0}

    def rest(number: int | None) -> Mapping[str, str]:
        return {key: text for key, text in parts.items() if portion(key) in ([number] if number else _others(parts))}

    return Execution.restore(program, setting, first, rest)


def _others(parts: Mapping[str, str]) -> set[int]:
    return {portion(key) for key in parts} - {0}


class Play:
    """`facts` holds everything that has been reported; `parts` what a database would hold."""

    def __init__(
        self,
        process: Process,
        variables: Mapping[str, Any] | None = None,
        start_element: str | None = None,
        payload: Mapping[str, Any] | None = None,
        number: int = 0,
        before: tuple[str, ...] = (),
        **setting: Any,
    ) -> None:
        self.program = construct(process)
        self.setting = Setting("instance", process.key, initiator="ada", **setting)
        self.moment = NOW
        self.facts: list[facts.Fact] = []
        self.parts: dict[str, str] = {}
        self.last_changes = Changes({}, frozenset())
        begin = (self.program, self.setting, self.moment, variables or {})
        self.straight, other = (
            Execution.start_elsewhere(*begin, before)
            if before
            else Execution.start(*begin, start_element, payload, number)
            for _ in range(2)
        )
        self._settle(other)

    def do(self, command: str, *values: Any) -> None:
        """Give a command to all."""
        if self.parts:
            restored = Execution.restore(self.program, self.setting, self.from_database())
            in_portions = restored_in_portions(self.program, self.setting, self.from_database())
            for execution in (restored, in_portions, self.straight):
                getattr(execution, command)(*values)
            self._settle(restored, in_portions)
        else:
            getattr(self.straight, command)(*values)

    def from_database(self) -> dict[str, str]:
        """The parts in another order than they were written in: a database promises none."""
        return dict(reversed(self.parts.items()))

    def _settle(self, restored: Execution, *others: Execution) -> None:
        self.last_facts = self.straight.take_facts()
        self.facts += self.last_facts
        changes = self.straight.take_changes()
        for execution in (restored, *others):
            assert execution.take_facts() == self.last_facts
            assert execution.take_changes() == changes
        self.last_changes = changes
        assert not changes.written.keys() & changes.removed
        assert changes.removed <= self.parts.keys()
        self.parts.update(changes.written)
        for key in changes.removed:
            del self.parts[key]
        assert self.straight.waiting() == restored.waiting()
        assert self.straight.variables() == restored.variables()
        if self.straight.completed:
            assert restored.completed
            assert not self.parts
        else:
            whole = Execution.restore(self.program, self.setting, self.from_database())
            assert whole.take_changes() == Changes({}, frozenset())
            assert whole.waiting() == restored.waiting()

    # looking

    def at(self, element: str, index: int = 0) -> int:
        """The number of a live activity instance."""
        return [live.activity for live in self.straight.waiting() if live.element == element][index]

    @property
    def open(self) -> list[str]:
        return [live.element for live in self.straight.waiting()]

    @property
    def variables(self) -> dict[str, Any]:
        return self.straight.variables()

    @property
    def completed(self) -> bool:
        return self.straight.completed

    def all(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def last(self, kind: type[F]) -> F:
        return self.all(kind)[-1]

    @property
    def finished(self) -> list[str]:
        """The elements that were completed, in order."""
        return [fact.element for fact in self.all(facts.ActivityCompleted)]

    @property
    def cancelled(self) -> list[str]:
        return [fact.element for fact in self.all(facts.ActivityCancelled)]

    # doing

    def complete(self, element: str, index: int = 0, **variables: Any) -> None:
        self.do("complete_user_task", self.at(element, index), variables, "grace", self.moment)

    def message(self, name: str, /, **payload: Any) -> None:
        activity, number = self._ear("message", name)
        self.do("deliver_message", activity, number, payload, self.moment)

    def signal(self, name: str, /, **payload: Any) -> None:
        activity, number = self._ear("signal", name)
        self.do("deliver_signal", activity, number, payload, self.moment)

    def _ear(self, kind: str, name: str) -> tuple[int, int]:
        ears: dict[tuple[int, int], None] = {}
        for fact in self.facts:
            if isinstance(fact, facts.SubscriptionOpened) and (fact.kind, fact.name) == (kind, name):
                ears[fact.activity, fact.number] = None
            elif isinstance(fact, facts.SubscriptionClosed):
                ears.pop((fact.activity, fact.number), None)
        return next(iter(ears))

    def timers(self) -> dict[tuple[int, int], datetime]:
        """What is due when, as the runtime's jobs would have it."""
        due: dict[tuple[int, int], datetime] = {}
        for fact in self.facts:
            if isinstance(fact, facts.TimerSet):
                due[fact.activity, fact.number] = fact.due
            elif isinstance(fact, facts.TimerCleared):
                del due[fact.activity, fact.number]
        return due

    def wait(self, **span: int) -> None:
        """Let time pass; what is due by then fires in its order, as the runtime's jobs would have it."""
        until = self.moment + timedelta(**span)
        while ready := [(due, key) for key, due in self.timers().items() if due <= until]:
            due, (activity, number) = min(ready)
            self.moment = max(due, self.moment)
            self.do("fire_timer", activity, number, self.moment)
        self.moment = until

    def retry(self, element: str) -> None:
        self.do("retry", self.at(element), self.moment)
