"""The seam to SpiffWorkflow: every class that is taken from it passes through here, subclassed and given types.

What it gives is the life cycle of a task (`_update`, `_ready`, `run`, `complete`, `error`) with its states, the
specifications a task points to, and workflows that hold tasks and nest. Nothing in it is patched; `deserializing`
keeps its own task tree from being built, and prediction is switched off.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

# Its few annotations say more than its code asks for (an id has to be a UUID), so the types are given here instead.
_Task: Any = Task
_Spec: Any = BpmnTaskSpec
_Process: Any = BpmnProcessSpec
_Workflow: Any = BpmnWorkflow
_SubWorkflow: Any = BpmnSubWorkflow

FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
ERROR: int = TaskState.ERROR


class KernelTask(_Task):  # type: ignore[misc]  # Any, as said above
    """A task whose children are kept in a mapping, so that leaving costs the same among ten and ten thousand."""

    id: int
    _state: int
    _children: dict[int, None]

    def __init__(self, workflow: Any, spec: Any, parent: Any, state: int, number: int) -> None:
        super().__init__(workflow, spec, parent, state, number)
        self._children = {}

    def _child_added_notify(self, child: "KernelTask") -> None:
        self._children[child.id] = None

    @property
    def state(self) -> int:
        return self._state

    def ready(self) -> None:
        """Due to run: the specification hears of it, the state changes."""
        self._ready()


class KernelSpec(_Spec):  # type: ignore[misc]  # Any, as said above
    """The specification of a task that is never predicted and has no assignments of SpiffWorkflow's own."""

    name: str

    def __init__(self, owner: Any, name: str, manual: bool = False) -> None:
        super().__init__(owner, name, manual=manual)

    def test(self) -> None:
        """SpiffWorkflow asks for an input task here; whether a model is connected is asked at deploy."""

    def _predict(self, my_task: Any, *args: Any, **kwargs: Any) -> None:
        """No task exists before a token is there."""

    def update(self, task: Any) -> None:
        """A task has arrived: wait, or become ready."""
        self._update(task)


class KernelProcess(_Process):  # type: ignore[misc]  # Any, as said above
    """The specification of a level, without the `Start` and `End` tasks whose names collide with those of models."""

    task_specs: dict[str, Any]

    def __init__(self, name: str) -> None:
        plain: Any = WorkflowSpec
        plain.__init__(self, name=name)
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []


class KernelWorkflow(_Workflow):  # type: ignore[misc]  # Any, as said above
    """The outermost workflow, with no tasks in it yet."""

    completed: bool

    def __init__(self, spec: KernelProcess, script_engine: Any) -> None:
        super().__init__(spec, {}, script_engine, deserializing=True)


class KernelSubWorkflow(_SubWorkflow):  # type: ignore[misc]  # Any, as said above
    """The workflow inside a task, with no tasks in it yet."""

    def __init__(self, spec: KernelProcess, parent_number: int, top: KernelWorkflow) -> None:
        super().__init__(spec, parent_number, top, deserializing=True)
