"""The engine without a database: one user task restored, completed and saved."""

from collections.abc import Iterator
from datetime import UTC, datetime

from server import bpmn
from server.engine.construction import Program, construct
from server.engine.execution import Execution, Setting
from tests.benchmarks import models
from tests.benchmarks.measuring import Figure, median, milliseconds

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SETTING = Setting(instance_id="i", process_key="p", business_key=None, initiator="ann")


def figures() -> Iterator[Figure]:
    program = _program(models.long(1000))
    taken, size = _one_of_many_steps(program)
    yield Figure("1,000 activities: restore, complete, save one user task", f"{taken:.3f} ms, {size} B", "0.1 ms, 1 KB")
    yield Figure("1 of 1,000 parallel user tasks, in memory", f"{_one_of_a_thousand():.3f} ms", "0.05 ms")


def _program(source: bytes) -> Program:
    return construct(bpmn.read_model(source, "benchmark.bpmn").processes[0])


def _one_of_many_steps(program: Program) -> tuple[float, int]:
    execution = Execution.start(program, SETTING, MOMENT, {})
    parts = dict(execution.take_changes().written)
    taken, size = [], 0
    for _ in range(90):

        def step() -> None:
            nonlocal size
            one = Execution.restore(program, SETTING, parts)
            (live,) = one.waiting()
            one.complete_user_task(live.activity, {}, "ann", MOMENT)
            changes = one.take_changes()
            parts.update(changes.written)
            for key in changes.removed:
                del parts[key]
            size = sum(len(key) + len(text) for key, text in changes.written.items())

        taken += milliseconds(step, 1)
    return median(taken), size


def _one_of_a_thousand() -> float:
    execution = Execution.start(_program(models.wide(1000)), SETTING, MOMENT, {})
    execution.take_changes()
    execution.take_facts()
    bodies = [live.activity for live in execution.waiting() if live.element == "vote"][1:]

    def complete() -> None:
        execution.complete_user_task(bodies.pop(), {}, "ann", MOMENT)
        execution.take_changes()
        execution.take_facts()

    return median(milliseconds(complete, 500))
