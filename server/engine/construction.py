"""From a frozen definition to specifications that all instances share. No XML, no parser of SpiffWorkflow's."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level, Process
from server.engine.elements import LOOPS, STEPS
from server.engine.elements.event_sub_process import Listener
from server.engine.elements.external_task import ExternalTask
from server.engine.elements.service_task import ServiceTask
from server.engine.elements.undoing import Undo, UndoneSubProcess
from server.engine.levels import LevelSpec
from server.engine.program import Program
from server.engine.steps import BODY, Step, is_compensation_process

THROWING = (Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT)

__all__ = ["Program", "construct"]


def construct(process: Process) -> Program:
    """The program of a process; what validation lets through can be constructed."""
    return Program(process, _construct_level(process.level))


def _listeners(spec: LevelSpec, level: Level) -> Iterator[Listener]:
    for element in level.event_sub_processes:
        inner = element.inner
        if inner is not None and not is_compensation_process(element):
            yield Listener(spec, inner.elements[inner.starts[0]], inner, element.id)


def _kind(element: Element) -> type[Step]:
    """The step of an element; a message that is carried by other means than the engine's is work like any other."""
    if element.external is not None:
        return ExternalTask
    carried = element.connector is not None or element.service is not None
    return ServiceTask if carried and element.kind in THROWING else STEPS[element.kind]


def _construct_level(level: Level) -> LevelSpec:
    spec = LevelSpec(level)
    for element in level.elements.values():
        kind = _kind(element)
        if element.loop is not None:
            LOOPS[element.loop.kind](spec, element, level)
        step = kind(spec, element, level, None if element.loop is None else element.id + BODY)
        if element.inner is not None:
            step.inner = _construct_level(element.inner)
            UndoneSubProcess(spec, element, level).inner = step.inner
    spec.listeners = tuple(_listeners(spec, level))
    spec.undoes = next((element.id for element in level.event_sub_processes if is_compensation_process(element)), None)
    Undo(spec, level)
    for flow in level.flows.values():
        spec.step(flow.source).connect(spec.step(flow.target))
    return spec
