"""Levels: the process, and the inside of each sub-process that is running, with its live tokens and no others."""

from typing import TYPE_CHECKING

from server.bpmn.definition import Level as LevelDefinition
from server.bpmn.definition import Process
from server.engine.facts import ActivityStarted
from server.engine.kernel import KernelProcess, KernelSubWorkflow
from server.engine.tokens import Given, Phase, Token
from server.errors import Failure

if TYPE_CHECKING:
    from server.engine.instance import Instance
    from server.engine.steps import Step


class LevelSpec(KernelProcess):
    """The steps of a level, by name: an element's key, or that key with `#body` for what a loop repeats."""

    task_specs: "dict[str, Step]"

    def __init__(self, level: LevelDefinition) -> None:
        super().__init__(level.id)
        self.level = level
        self.listeners: tuple[Step, ...] = ()  # ears of the event sub-processes
        self.undoes: str | None = None  # the compensation event sub-process

    def step(self, name: str) -> "Step":
        return self.task_specs[name]


class Level:
    """What the process and a sub-process have in common."""

    instance: "Instance"
    spec: LevelSpec
    tasks: dict[int, Token]
    host: Token | None
    activity: int

    def open_places(self) -> None:
        self.places: dict[tuple[str, str | None], dict[int, Token]] = {}
        self.occupied: dict[str, int] = {}
        self.listening: dict[int, Token] = {}  # ears of the event sub-processes

    def put(self, token: Token) -> None:
        self.instance.all[token.id] = token
        if token.task_spec.apart:
            self.instance.rest.arrived(token.id)
        if not token.catcher:
            self._take_place(token)

    def take(self, token: Token) -> None:
        """Forget a token; what hangs on it has gone before."""
        if not token.catcher:
            self._leave_place(token)
        parent = token.parent
        if parent is not None:
            parent._children.pop(token.id, None)
            if token.catcher:
                parent.listeners.remove(token)
        self.listening.pop(token.id, None)
        del self.tasks[token.id], self.instance.all[token.id]
        self.instance.ready.pop(token.id, None)
        self.instance.joins.pop(token.id, None)
        self.instance.changed[token.id] = token.task_spec.apart
        token.gone = True

    def waiting_at(self, name: str, via: str) -> Token | None:
        """The oldest token that came to an element by the flow *via*."""
        place = self.places.get((name, via))
        return next(iter(place.values())) if place else None

    def release(self, token: Token) -> None:
        """A token that waited at a join goes on, and does not count there any more."""
        self._leave_place(token)
        token.via = None
        self._take_place(token)
        token.touch()

    def _take_place(self, token: Token) -> None:
        name = token.task_spec.name
        self.places.setdefault((name, token.via), {})[token.id] = token
        self.occupied[name] = self.occupied.get(name, 0) + 1

    def _leave_place(self, token: Token) -> None:
        name = token.task_spec.name
        place = self.places[name, token.via]
        del place[token.id]
        if not place:
            del self.places[name, token.via]
        self.occupied[name] -= 1
        if not self.occupied[name]:
            del self.occupied[name]

    def arrive(self, name: str, via: str | None = None, parent: Token | None = None, index: int | None = None) -> Token:
        """A token comes to the step *name*. It has not been asked yet what to do there: see `enter`."""
        token = Token(self, self.spec.step(name), parent, via, index)
        outer = token.host
        if outer is not None and outer.task_spec.hidden:
            outer = outer.host
        self.instance.report(
            ActivityStarted(
                activity=token.id,
                element=token.element_key,
                outer=outer.id if outer is not None else None,
                loop_counter=token.task_spec.loop_counter(index),
            )
        )
        return token

    def enter(
        self,
        name: str,
        via: str | None = None,
        given: Given | None = None,
        parent: Token | None = None,
        index: int | None = None,
    ) -> Token:
        """A token comes to the step *name* and waits or becomes ready there."""
        token = self.arrive(name, via, parent, index)
        token.given = given
        token.task_spec.update(token)
        if given is None and token.task_spec.listens and token.is_ready:
            token.run()
        return token

    def begin(self, start: str | None = None, given: Given | None = None) -> bool:
        """Enter at *start* with what has begun it, else at the plain start event, or without start events at everything
        that nothing leads to.

        False: there is nothing to enter.
        """
        self.listen()
        for name in plain_starts(self.spec) if start is None else (start,):
            self.enter(name, given=given)
        return self.busy

    @property
    def busy(self) -> bool:
        """Something goes on in it, besides that it listens."""
        return len(self.tasks) > len(self.listening)

    def holds_only(self, token: Token) -> bool:
        """Nothing else goes on in it."""
        return token.parent is None and len(self.tasks) - len(self.listening) == 1

    def listen(self) -> None:
        """Have an ear out for each event sub-process. Raises Failure; then there is none."""
        if not self.spec.listeners:
            return
        try:
            self.instance.delivery.attend(self, self.spec.listeners)
        except Failure:
            self.clear()
            raise

    def clear(self) -> None:
        """Cancel every token."""
        for token in list(self.tasks.values()):
            if not token.gone and token.parent is None:
                self.instance.cancel(token)

    def settle(self) -> None:
        """When the last token has gone, the level is done."""
        if self.busy:
            return
        for ear in list(self.listening.values()):
            self.instance.remove(ear)
        if self.host is None:
            self.instance.finish()
        elif self.host.phase is Phase.WORK and not self.host.gone:
            self.instance.levels.pop(self.host.id)
            self.host.resume()


class SubLevel(Level, KernelSubWorkflow):
    """The inside of a sub-process; its variables live in the scope of the sub-process's token."""

    def __init__(self, spec: LevelSpec, host: Token) -> None:
        self.instance = host.instance
        KernelSubWorkflow.__init__(self, spec, host.id, host.instance)
        self.host, self.activity = host, host.id
        self.open_places()
        self.instance.levels[host.id] = self


def can_begin(spec: LevelSpec, name: str) -> bool:
    """Whether a level can begin at *name*: one of its starts, or an event behind a gateway that instantiates."""
    return name in spec.level.starts or name in spec.level.openers()


def gateway_before(spec: LevelSpec, name: str) -> str | None:
    """The event-based gateway that begins an instance when the event *name* behind it has come."""
    if name in spec.level.starts:
        return None
    sources = (spec.level.elements[spec.level.flows[flow].source] for flow in spec.level.elements[name].incoming)
    return next((source.id for source in sources if source.instantiate), None)


def plain_starts(spec: LevelSpec) -> tuple[str, ...]:
    """Where a level begins that nobody's trigger has begun: its first start event without a trigger, or else every
    element that nothing leads to."""
    plain = spec.level.plain_starts()
    is_event = any(spec.level.elements[key].kind == "startEvent" for key in plain)
    return plain[:1] if is_event else plain


def no_start(process: Process, start_element: str | None) -> str:
    """Why a process cannot begin so, for people."""
    name = process.name or process.key
    if start_element is not None:
        return f"'{name}' has no start event '{start_element}'."
    return f"'{name}' cannot be started by hand: each of its start events waits for a trigger."
