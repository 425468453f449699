"""A definition that is ready to run."""

from dataclasses import dataclass

from server.bpmn.definition import Process
from server.engine.levels import LevelSpec


@dataclass(frozen=True)
class Program:
    """The specifications of all levels. Never changed again, so it may be cached and used by all threads."""

    process: Process
    top: LevelSpec
