"""A token: where the process stands. It exists while an activity instance lives, and its number is that instance's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from server.engine.kernel import ERROR, FUTURE, READY, STARTED, WAITING, KernelTask

if TYPE_CHECKING:
    from server.bpmn.definition import Trigger
    from server.engine.instance import Instance
    from server.engine.levels import Level
    from server.engine.steps import Step, Taken
    from server.engine.variables import Scope


class Phase(IntEnum):
    """How far a token has come at its element. What fails is tried again from the phase it failed in."""

    BEFORE = 0  # it has arrived
    OPEN = 1  # input mapping, boundary events
    WORK = 2  # what the element is there for
    CLOSE = 3  # output mapping; boundary events are let go
    AFTER = 4  # a break that the model asks for
    LEAVE = 5  # the choice of flows


@dataclass(frozen=True)
class Wait:
    """One trigger that a token waits for, with everything in it evaluated.

    `name`: of a message or signal, or the code of an error or escalation (None: any). A `listener` is what a user task
    is still to be told: `name` is the event, `key` the person who has it, or which timeout. `due`, `left` and `period`
    belong to timers, as in `expressions.moments.Schedule`; `held` to conditions: what was true stays silent until it
    has been false.
    """

    kind: str
    name: str | None = None
    key: str | None = None
    due: datetime | None = None
    left: int | None = None
    period: str | None = None
    held: bool = False


@dataclass(frozen=True)
class Given:
    """What a token was woken by: the trigger's number, what came along, and the code of an error or escalation.

    `also`: the others, where all of several triggers had to come.
    """

    number: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None
    also: tuple["Given", ...] = ()


@dataclass(frozen=True)
class Decision:
    """How a loop goes on after one of its bodies: the next body with its variables, the end, or (neither) as it is."""

    next_index: int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    finish: bool = False
    throws: "tuple[Trigger, ...]" = ()  # before that


class Token(KernelTask):
    """One visit to an element, or (`catcher`) an ear that a boundary event or a race has out until it is wanted.

    `parent` is the activity that a catcher belongs to, or the loop that a body belongs to. Numbers only grow, so a
    parent's is always the smaller one.
    """

    workflow: "Level"
    task_spec: "Step"

    # How every token begins; said once here, as most tokens are gone before any of it has changed.
    phase = Phase.BEFORE
    own_scope = False
    given: Given | None = None
    person: str | None = None
    was_waiting = False  # when its incident was raised
    decision: Decision | None = None
    gone = False
    external: str | None = None  # asked: a worker is to do something; answered: it has
    told = 0  # how many of the element's listeners have been run
    event: str | None = None  # what the listener that is running listens to
    thrower = 0  # undoing: the token that waits for its end
    noted = scope_noted = False  # it can be undone, and its variables are kept for that

    def __init__(
        self,
        level: "Level",
        step: "Step",
        parent: "Token | None" = None,
        via: str | None = None,
        index: int | None = None,
        catcher: bool = False,
        number: int | None = None,
        state: int = FUTURE,
    ) -> None:
        self.instance: Instance = level.instance
        self.via, self.index, self.catcher = via, index, catcher
        self.waits: dict[int, Wait] = {}
        self.taken: list[Taken] = []
        self.heard: dict[int, Given] = {}  # of several triggers that all have to come, those that have
        self.listeners: list[Token] = []  # catchers of boundary events
        self.results: dict[int, str] = {}  # of a multi-instance, by the number of the body
        super().__init__(level, step, parent, state, number or self.instance.next_number())
        if catcher:
            if parent is None:
                level.listening[self.id] = self
            else:
                parent.listeners.append(self)
        level.put(self)
        self.touch()

    def touch(self) -> None:
        """It has changed and is to be kept."""
        self.instance.changed[self.id] = self.task_spec.apart

    def _set_state(self, value: int) -> None:
        if self.gone:
            return
        self._state = value
        self.touch()
        if value == READY:
            self.instance.ready[self.id] = self
        else:
            self.instance.ready.pop(self.id, None)

    @property
    def is_ready(self) -> bool:
        return self._state == READY

    @property
    def failed(self) -> bool:
        return self._state == ERROR

    @property
    def works(self) -> bool:
        """It waits for somebody to do what the element is there for."""
        return self._state == STARTED and self.phase is Phase.WORK

    @property
    def paused(self) -> bool:
        """It waits for the continuation that the model asks for before or after the element."""
        return self._state == STARTED and self.phase in (Phase.OPEN, Phase.LEAVE)

    @property
    def element_key(self) -> str:
        return self.task_spec.element.id

    @property
    def host(self) -> "Token | None":
        """The token around this one: the activity of a catcher, the loop of a body, else the sub-process."""
        parent: Token | None = self.parent
        return parent if parent is not None else self.workflow.host

    @property
    def scope(self) -> "Scope":
        token: Token | None = self
        while token is not None:
            if token.own_scope:
                return self.instance.variables[token.id]
            token = token.host
        return self.instance.variables[0]

    def open_scope(self, values: Mapping[str, Any]) -> "Scope":
        """Give it variables of its own; what is there already is kept."""
        if not self.own_scope:
            outer = self.host
            around = outer.scope if outer is not None else self.instance.variables[0]
            self.instance.variables.open(self.id, around, self.task_spec.apart)
            self.own_scope = True
            self.touch()
        scope = self.instance.variables[self.id]
        for name, value in values.items():
            scope.set_local(name, value)
        return scope

    def adopt_scope(self, number: int) -> None:
        """Go on with the variables that another activity instance has left."""
        outer = self.host
        self.instance.variables.adopt(number, self.id, outer.scope if outer is not None else self.instance.variables[0])
        self.own_scope = True
        self.touch()

    def resume(self) -> None:
        """The work is done: go on with the output mapping."""
        self.phase = Phase.CLOSE
        self.ready()

    def wait_again(self) -> None:
        """What interrupted its waiting is mended; its timers are told anew, its conditions asked again."""
        self._set_state(WAITING if self.catcher else STARTED)
        for token in (self, *self.listeners):
            self.instance.delivery.conditions.ask_again(token)
        self.instance.delivery.tell_timers_anew(self)
        self.task_spec.waits_again(self)

    def wake(self, given: Given) -> None:
        """What it waited for has come."""
        self.given = given
        self.instance.delivery.close(self)
        self.ready()
