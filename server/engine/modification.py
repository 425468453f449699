"""What an operator does to a running instance: take tokens away, start others, try again; and what there is to see."""

from dataclasses import dataclass

from server.bpmn.definition import Element
from server.bpmn.definition import Level as LevelDefinition
from server.engine.facts import ActivitySkipped, IncidentResolved, InstanceTerminated
from server.engine.instance import Instance
from server.engine.kernel import ERROR, WAITING
from server.engine.levels import Level
from server.engine.tokens import Phase, Token
from server.errors import Conflict, Invalid
from server.sentences import say


@dataclass(frozen=True)
class Live:
    """A live activity instance. `state`: waiting, joining, paused or failed."""

    activity: int
    element: str
    state: str


def live(instance: Instance) -> list[Live]:
    instance.load_rest()
    return [
        Live(number, token.element_key, _state(token))
        for number, token in sorted(instance.all.items())
        if not token.catcher and not token.task_spec.hidden
    ]


def _state(token: Token) -> str:
    if token.state == ERROR:
        return "failed"
    if token.state == WAITING:
        return "joining"
    return "paused" if token.paused else "waiting"


def retry(token: Token) -> None:
    """Go on from the phase that failed. Outside work is asked for anew; what a person, an event or a level inside was
    being waited for when the incident was raised is waited for again."""
    if token.catcher or token.was_waiting:
        token.was_waiting = False
        token.wait_again()
    else:
        token.ready()


def skip(token: Token) -> None:
    """Go on behind the element without its work and its outputs. Raises Conflict where that has no meaning: a choice of
    flows that fails, an event that is listened for beside the flow, or what still holds others."""
    element, instance = token.task_spec.element, token.instance
    name = element.name or element.id
    if token.catcher or token.task_spec.repeats or token.id in instance.levels:
        raise Conflict(f"'{name}' cannot be skipped, because others are inside or beside it. Move tokens instead.")
    if token.phase is Phase.LEAVE:
        raise Conflict(f"'{name}' is done; the way on fails. Change a variable that it depends on, or move tokens.")
    if token.was_waiting:
        raise Conflict(f"'{name}' was waiting when the incident was raised. Retry it, and it waits again.")
    for catcher in list(token.listeners):
        instance.remove(catcher)
    instance.delivery.close(token)
    token.given = token.external = None
    token.phase = Phase.AFTER
    token.ready()
    instance.report(IncidentResolved(token.id, element.id))
    instance.report(ActivitySkipped(token.id, element.id))


def cancel(token: Token) -> None:
    """Take a token away, and with the last one in it what is around it."""
    instance = token.instance
    while True:
        loop, around, level = token.parent, token.host, token.workflow
        instance.cancel(token)
        if loop is not None:
            if loop.task_spec.body_cancelled(loop):
                return
        elif level.busy:
            return
        if around is None:
            instance.end(InstanceTerminated("Its last activity was cancelled."))
            return
        token = around


def _waits_to_be_called(element: Element) -> bool:
    return element.triggered_by_event or element.for_compensation


def _check_start(instance: Instance, element_key: str) -> None:
    """Raises Invalid unless a token may appear before the element."""
    element = instance.spec.level.elements.get(element_key)
    if element is not None and element.attached_to is None and not _waits_to_be_called(element):
        return
    if element is not None and _waits_to_be_called(element):
        raise Invalid(
            say(
                "A token cannot be put at '%(element_key)s': only an event or a compensation begins it.",
                element_key=element_key,
            )
        )
    if element is not None:
        raise Invalid(
            say(
                "A token cannot be put at '%(element_key)s', because a boundary event belongs to its activity.",
                element_key=element_key,
            )
        )
    if instance.program.process.element(element_key) is None:
        raise Invalid(say("There is no element '%(element_key)s' in this process.", element_key=element_key))
    _level_around(instance, element_key)


def start_before(instance: Instance, element_key: str) -> None:
    """A token appears before the element, inside the sub-process that holds it where one does, and goes on until
    everything waits. Raises Invalid for an element where none may appear."""
    _check_start(instance, element_key)
    is_outermost = element_key in instance.spec.level.elements
    level: Level = instance if is_outermost else _level_around(instance, element_key)
    level.enter(element_key)
    instance.run()


def _level_around(instance: Instance, element_key: str) -> Level:
    """The one running sub-process that holds the element. Raises Invalid where none or several do."""
    around = _sub_process_with(instance.program.process.level, element_key)
    inside = around.inner.elements[element_key] if around.inner is not None else around
    if inside.attached_to is not None:
        raise Invalid(
            say(
                "A token cannot be put at '%(element_key)s', because a boundary event belongs to its activity.",
                element_key=element_key,
            )
        )
    if _waits_to_be_called(inside):
        raise Invalid(
            say(
                "A token cannot be put at '%(element_key)s': only an event or a compensation begins it.",
                element_key=element_key,
            )
        )
    running = [level for level in instance.levels.values() if level.spec.level is around.inner]
    name = around.name or around.id
    if not running:
        raise Invalid(
            say(
                "'%(element_key)s' lies inside the sub-process '%(name)s', which is not running: begin before that.",
                element_key=element_key,
                name=name,
            )
        )
    if len(running) > 1:
        raise Invalid(
            say(
                "'%(element_key)s' lies inside the sub-process '%(name)s', which runs %(times)s times just now, and"
                " nothing says in which of them to begin.",
                element_key=element_key,
                name=name,
                times=len(running),
            )
        )
    return running[0]


def _sub_process_with(level: LevelDefinition, element_key: str) -> Element:
    """The innermost sub-process below the level that holds the element. Raises KeyError where none does."""
    todo = [element for element in level.elements.values() if element.inner is not None]
    while todo:
        element = todo.pop()
        inside = element.inner.elements if element.inner is not None else {}
        if element_key in inside:
            return element
        todo += [one for one in inside.values() if one.inner is not None]
    raise KeyError(element_key)
