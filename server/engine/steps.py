"""What every element does with a token: the phases it goes through, and what happens when one of them fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.bpmn.definition import Element, Flow, Trigger
from server.bpmn.definition import Level as LevelDefinition
from server.engine import carrying
from server.engine.facts import ActivityCompleted, FlowTaken
from server.engine.joining import consume
from server.engine.kernel import WAITING, KernelSpec
from server.engine.listening import tell, told
from server.engine.mapping import give_out, take_in
from server.engine.tokens import Given, Phase, Token
from server.errors import BpmnError, Failure

if TYPE_CHECKING:
    from server.engine.levels import LevelSpec

COMPENSATION = "compensation"
BODY = "#body"  # "#" cannot be part of an id in a model


@dataclass(frozen=True)
class Taken:
    """A flow that was chosen, and why where there was a choice."""

    flow: Flow
    condition: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None


def is_compensation_process(element: Element) -> bool:
    """A compensation event sub-process: it does not listen, but says how the level around it is undone."""
    if not element.triggered_by_event or element.inner is None:
        return False
    starts = (element.inner.elements[key] for key in element.inner.starts)
    return any(_compensates(start) for start in starts)


def _compensates(event: Element) -> bool:
    return any(trigger.kind == COMPENSATION for trigger in event.triggers)


class Step(KernelSpec):
    """An element as the tokens of all instances meet it; it holds no state of any of them.

    The life cycle is SpiffWorkflow's: `_update_hook` says whether a token that has arrived may run at once,
    `_run_hook` takes it through its phases and answers True (done), None (it waits) or False (an incident), and
    `_on_complete` moves it on.
    """

    failure_kind = "expression"
    repeats = False  # it is a loop around an element
    sub_process: str | None = None  # an ear: the event sub-process that it starts
    hidden = False  # it is no element of the model, and nobody is told of its tokens
    apart = False  # a body that touches nothing but itself and its loop, and is kept apart
    keeps_given = False  # what it was given still counts when it is left
    asks_anew = False  # trying again after an incident asks others for the work again

    def __init__(self, owner: "LevelSpec", element: Element, level: LevelDefinition, name: str | None = None) -> None:
        super().__init__(owner, name or element.id)
        self.element, self.level = element, level
        self.is_body = name is not None
        self.inner: LevelSpec | None = None
        self.flows = tuple(level.flows[flow] for flow in element.outgoing)
        self.default = next((flow for flow in self.flows if flow.id == element.default), None)
        attached = [level.elements[key] for key in element.boundaries]
        self.undone_at = next((boundary for boundary in attached if boundary.undone_by is not None), None)
        self.guards = tuple(boundary.id for boundary in attached if not _compensates(boundary))
        self.apart = self.is_body and self._stands_alone()
        self.undoable = not element.for_compensation and not is_compensation_process(element)

    def _stands_alone(self) -> bool:
        """Nothing inside, no event that it waits for, and nothing to undo."""
        parallel = self.element.loop is not None and self.element.loop.kind == "parallel"
        return parallel and self.element.inner is None and not self.element.triggers and self.undone_at is None

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """What it waits for, in the order in which its waits are numbered."""
        return self.element.triggers

    @property
    def listens(self) -> bool:
        """It waits for an event, and does so from the moment a token arrives."""
        return False

    @property
    def parallel_multiple(self) -> bool:
        """All of its triggers have to come before it hears (BPMN 2.0.2, 10.5.5)."""
        return self.element.parallel_multiple and len(self.triggers) > 1

    # what an element may do in its own way

    def work(self, token: Token) -> bool:
        """What the element is there for. False: it goes on when somebody calls `Token.resume` or wakes it.

        Raises Failure or BpmnError; then nothing that it wrote is kept.
        """
        return True

    def finished(self, token: Token) -> bool:
        """The work is done, and nothing has left it yet. False: something has to be waited for first."""
        return True

    def choose(self, token: Token) -> list[Taken]:
        """The flows to leave by: all without a condition, those whose condition holds, else the default flow."""
        conditions = [flow for flow in self.flows if flow.condition is not None and flow is not self.default]
        if not conditions and self.default is None:
            return [Taken(flow) for flow in self.flows]
        held = {flow.id: taken for flow in conditions if (taken := self.tried(token, flow)) is not None}
        chosen = []
        for flow in self.flows:
            if flow is self.default:
                if not held:
                    chosen.append(self.by_default(token, flow))
            elif flow.condition is None:
                chosen.append(Taken(flow))
            elif flow.id in held:
                chosen.append(held[flow.id])
        if not chosen:
            raise self.no_way_out()
        return chosen

    def cancelled(self, token: Token) -> None:
        """It is being interrupted: take back what was asked of others."""

    def forget(self, token: Token) -> None:
        """The token goes: let go of what was kept for it."""

    def restored(self, token: Token) -> None:
        """The token was read back."""

    def waits_again(self, token: Token) -> None:
        """What interrupted its waiting is mended."""

    def keep_result(self, token: Token, index: int, text: str) -> None:
        """A result was read back for it."""

    def considered(self, token: Token) -> None:
        """Something inside it has been left, and it is not done by that alone."""

    def held_by(self, token: Token) -> set[str]:
        """A join: the names of the steps whose tokens it has to wait for yet."""
        return set()

    def join(self, token: Token) -> None:
        """A join: go on for all that have come."""

    def fire(self, catcher: Token, given: Given) -> None:
        """One of its triggers has come to a token, or to its catcher."""

    def decided(self, gateway: Token, flow: Flow, given: Given) -> None:
        """A race: the event at the end of *flow* came first."""

    def loop_counter(self, index: int | None) -> int | None:
        """What `loopCounter` is for the body *index* of a loop."""
        return (
            index if index is None or self.element.loop is None or self.element.loop.kind != "standard" else index + 1
        )

    # the phases

    def _update_hook(self, my_task: Token) -> bool:
        """An activity may need several tokens to begin, whatever flows they come by: several incoming flows are an
        implicit exclusive gateway (BPMN 2.0.2, 13.3.2)."""
        needed, level = self.element.start_quantity, my_task.workflow
        if needed > 1 and my_task.via is not None and not self.is_body:
            places = (level.places.get((self.name, flow), {}) for flow in self.element.incoming)
            come = [token for place in places for token in place.values()]
            if len(come) < needed:
                my_task._set_state(WAITING)
                return False
            consume(sorted(come, key=lambda token: token.id), my_task)
        return True

    def _run_hook(self, my_task: Token) -> bool | None:
        token, instance = my_task, my_task.instance
        try:
            done = self._advance(token)
            instance.variables.commit(token.id)
            return done
        except Failure as failure:
            instance.variables.roll_back()
            instance.incident(token, self.failure_kind if token.phase is Phase.WORK else "expression", failure)
            return False
        except BpmnError as error:
            instance.variables.roll_back()
            return None if instance.delivery.error(token, error) else False

    def _advance(self, token: Token) -> bool | None:
        instance = token.instance
        if token.phase is Phase.BEFORE:
            token.phase = Phase.OPEN
            if self.element.asynchronous_before and not self.is_body:
                instance.request_continuation(token)
                return None
        if token.phase is Phase.OPEN:
            self._open(token)
            token.phase = Phase.WORK
        if token.phase is Phase.WORK:
            if not self.repeats and not told(token, "start"):
                return None
            if not self.work(token) or token.gone:
                return None
            instance.variables.commit(token.id)
            token.phase = Phase.CLOSE
        if token.phase is Phase.CLOSE:
            if not self.repeats and not (self.finished(token) and told(token, "end")):
                return None
            self._close(token)
            token.phase = Phase.AFTER
        if token.phase is Phase.AFTER:
            token.phase = Phase.LEAVE
            if self.element.asynchronous_after and not self.is_body:
                instance.request_continuation(token)
                return None
        self._leave(token)
        return True

    def _open(self, token: Token) -> None:
        instance, data = token.instance, self.element.data
        if data is not None and not self.is_body:
            carrying.take_in(token, data)
        if self.maps:
            take_in(token)
        if self.guards and not self.is_body:
            steps = [token.workflow.spec.step(key) for key in self.guards]
            instance.delivery.attach(token, steps)
        instance.variables.commit(token.id)

    def _close(self, token: Token) -> None:
        instance = token.instance
        if self.maps:
            give_out(token)
        if self.element.data is not None and not self.is_body:
            carrying.give_out(token, self.element.data)
        instance.variables.commit(token.id)
        for catcher in list(token.listeners):
            instance.remove(catcher)
        if not self.keeps_given:
            token.given = None

    def _leave(self, token: Token) -> None:
        token.taken = self.choose(token) if not self.is_body else []
        for way in token.taken:
            tell(token, "take", way.flow.listeners)
        if self.level.listeners and not token.taken and token.workflow.holds_only(token):
            tell(token, "end", self.level.listeners)
            token.instance.end_heard = True
        loop: Token | None = token.parent
        if self.is_body and loop is not None:
            loop.task_spec.consider(loop, token)

    def consider(self, token: Token, body: Token) -> None:
        """A loop: one of its bodies is about to be left; decide what comes next."""

    def proceed(self, token: Token) -> None:
        """A loop: a body has been left; do what was decided. Undoing: go on with what comes next."""

    def body_cancelled(self, token: Token) -> bool:
        """A loop: a body was taken away from outside. False: the loop cannot go on without it."""
        return False

    @property
    def maps(self) -> bool:
        """Its mapping is its own business; a loop leaves that to its bodies."""
        return True

    def _on_complete(self, my_task: Token) -> None:
        token, level, loop = my_task, my_task.workflow, my_task.parent
        token.instance.report(ActivityCompleted(token.id, self.element.id))
        taken = token.taken
        token.instance.ledger.enter(token)
        token.instance.remove(token)
        if loop is not None:
            loop.task_spec.proceed(loop)
            return
        self.go(token, taken)
        level.settle()

    def go(self, token: Token, taken: list[Taken]) -> None:
        """Send a token along each flow."""
        for way in taken:
            for _ in range(self.element.completion_quantity):
                self.report_flow(token, way)
                token.workflow.enter(way.flow.target, via=way.flow.id)

    def report_flow(self, token: Token, way: Taken) -> None:
        flow = way.flow
        token.instance.report(FlowTaken(flow.id, flow.source, flow.target, way.condition, way.values, way.result))

    # what several elements need

    def tried(self, token: Token, flow: Flow) -> Taken | None:
        """The flow with its reasons if its condition holds."""
        if flow.condition is None:
            return Taken(flow, result="true")
        scripting = token.instance.scripting
        if not scripting.evaluate(flow.condition, token):
            return None
        return Taken(flow, flow.condition.text, scripting.names_read(flow.condition, token), "true")

    def by_default(self, token: Token, default: Flow) -> Taken:
        """The default flow, with what the conditions that do not hold have read."""
        values: dict[str, Any] = {}
        for flow in self.flows:
            if flow.condition is not None and flow is not default:
                values.update(token.instance.scripting.names_read(flow.condition, token))
        return Taken(default, values=values, result="default")

    def no_way_out(self) -> Failure:
        name = self.element.name or self.element.id
        conditions = ", ".join(f"`{flow.condition.text}`" for flow in self.flows if flow.condition is not None)
        return Failure(
            f"No outgoing flow of '{name}' can be taken: none of {conditions or 'its conditions'} holds,"
            " and there is no default flow.",
            self.element.line,
        )
