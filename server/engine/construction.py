"""From a frozen definition to specifications that all instances share. No XML, no parser of SpiffWorkflow's."""

from server.bpmn.definition import Level, Process
from server.engine.elements import LOOPS, STEPS
from server.engine.levels import LevelSpec
from server.engine.program import Program
from server.engine.steps import BODY

__all__ = ["Program", "construct"]


def construct(process: Process) -> Program:
    """The program of a process; what validation lets through can be constructed."""
    return Program(process, _construct_level(process.level))


def _construct_level(level: Level) -> LevelSpec:
    spec = LevelSpec(level)
    for element in level.elements.values():
        kind = STEPS[element.kind]
        if element.loop is not None:
            LOOPS[element.loop.kind](spec, element, level)
        step = kind(spec, element, level, None if element.loop is None else element.id + BODY)
        if element.inner is not None:
            step.inner = _construct_level(element.inner)
    for flow in level.flows.values():
        spec.step(flow.source).connect(spec.step(flow.target))
    return spec
