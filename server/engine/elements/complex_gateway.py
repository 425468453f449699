"""Complex gateways: go on when a condition says that enough tokens have come (BPMN 2.0.2, 10.6.5, 13.4.5)."""

from server.bpmn.definition import Element, Flow
from server.bpmn.definition import Level as LevelDefinition
from server.engine.joining import consume, oldest, reaching
from server.engine.kernel import WAITING
from server.engine.levels import Level, LevelSpec
from server.engine.steps import Step, Taken
from server.engine.tokens import Given, Token
from server.errors import Failure

_AWAITED = "awaited"


class Complex(Step):
    """It waits for its start until the activation condition holds, then for its reset until a token has come by each
    of the other incoming flows or none can come any more.

    Expressions see `activationCount` (incoming flows by which a token has come), `waitingForStart`, and by the id of
    each incoming flow how many tokens wait there. Between start and reset a token of its own keeps what is awaited.
    """

    keeps_given = True

    def __init__(self, owner: LevelSpec, element: Element, level: LevelDefinition, name: str | None = None) -> None:
        super().__init__(owner, element, level, name)
        self.joins = len(element.incoming) > 1 and element.activation is not None
        self.reach = {flow: reaching(level, flow, element.id) for flow in element.incoming} if self.joins else {}

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.via is None or not self.joins:
            return True
        try:
            going = self._started(my_task.workflow)
        except Failure:
            return True  # to fail again where it becomes an incident
        if going is my_task:
            return True
        my_task._set_state(WAITING)
        if going is not None:
            going.ready()
        return False

    def work(self, token: Token) -> bool:
        if token.via is None or not self.joins:
            return True
        going = self._started(token.workflow)
        if going is not None and going is not token:
            going.ready()
        return going is token

    def restored(self, token: Token) -> None:
        if token.state == WAITING and token.given is not None:
            token.instance.joins[token.id] = token

    def choose(self, token: Token) -> list[Taken]:
        """As an inclusive gateway does; at the reset only those flows whose written condition holds, if any."""
        if token.given is None:
            return super().choose(token)
        written = [flow for flow in self.flows if flow.condition is not None and flow is not self.default]
        return [taken for flow in written if (taken := self.tried(token, flow)) is not None]

    def tried(self, token: Token, flow: Flow) -> Taken | None:
        if flow.condition is None:
            return super().tried(token, flow)
        scripting, names = token.instance.scripting, self._names(token.workflow, token.given is None)
        if not scripting.evaluate(flow.condition, token, names):
            return None
        return Taken(flow, flow.condition.text, {**scripting.names_read(flow.condition, token), **names}, "true")

    def go(self, token: Token, taken: list[Taken]) -> None:
        super().go(token, taken)
        waiting = oldest(token.workflow, self.element) if token.given is not None else {}
        if waiting:
            # What came again before the reset may be enough for the next start.
            next(iter(waiting.values())).ready()

    # the two states

    def _started(self, level: Level) -> Token | None:
        """The token that goes on for all that have come, if it waits for its start and the condition holds."""
        waiting = oldest(level, self.element)
        if self._resetting(level) or not waiting or not self._holds(level, min(waiting.values(), key=_number)):
            return None
        keep = max(waiting.values(), key=_number)
        consume(waiting.values(), keep)
        awaited = [flow for flow in self.element.incoming if flow not in waiting]
        if awaited:
            reset = level.arrive(self.element.id)
            reset.given = Given(0, {_AWAITED: awaited})
            reset._set_state(WAITING)
            level.instance.joins[reset.id] = reset
        return keep

    def _resetting(self, level: Level) -> bool:
        return any(token.given is not None for token in level.places.get((self.name, None), {}).values())

    def _holds(self, level: Level, token: Token) -> bool:
        condition, scripting = self.element.activation, token.instance.scripting
        names = self._names(level, True)
        if condition is None:
            return True
        holds = bool(scripting.evaluate(condition, token, names))
        if holds:
            scripting.tell(token, "activation", condition, holds, names)
        return holds

    def _names(self, level: Level, waits_for_start: bool) -> dict[str, int | bool]:
        tokens = {flow: len(level.places.get((self.name, flow), ())) for flow in self.element.incoming}
        filled = sum(1 for count in tokens.values() if count)
        return {**tokens, "activationCount": filled, "waitingForStart": waits_for_start}

    def held_by(self, token: Token) -> set[str]:
        level, filled = token.workflow, oldest(token.workflow, self.element)
        empty = [self.reach[flow] for flow in self._awaited(token) if flow not in filled]
        return {name for name in level.occupied if name != self.name and any(name in reach for reach in empty)}

    def join(self, token: Token) -> None:
        """The reset: what has come by the awaited flows is consumed."""
        waiting = oldest(token.workflow, self.element)
        consume([waiting[flow] for flow in self._awaited(token) if flow in waiting], token)
        token.instance.joins.pop(token.id)
        token.ready()

    def _awaited(self, token: Token) -> list[str]:
        return list(token.given.payload[_AWAITED]) if token.given is not None else []


def _number(token: Token) -> int:
    return token.id
