"""Runs the listeners of an element: expressions and scripts at once, and those that are code in a worker of its own.

What a listener writes belongs to the step it is part of: if it fails, nothing of it is kept, and the token stays with
an incident where it is.
"""

from collections.abc import Iterable

from server.bpmn.definition import Listener
from server.engine.fetching import ask, done
from server.engine.tokens import Phase, Token
from server.errors import BpmnError, Failure

IN_TURN = ("start", "create", "complete", "end")
"""Events that come one after the other in the life of an activity instance, so that a number says how far it is."""


def tell(token: Token, event: str, listeners: Iterable[Listener] | None = None) -> None:
    """Run every expression and script that listens to *event* at the element (or of *listeners*), in their order."""
    told = token.task_spec.element.listeners if listeners is None else listeners
    tell_all(token, (listener for listener in told if listener.event == event))


def tell_all(token: Token, listeners: Iterable[Listener]) -> None:
    """Run each of them, whatever it listens to."""
    for listener in listeners:
        _run(token, listener)


def told(token: Token, event: str) -> bool:
    """Run what listens to *event*, one after another. False: a worker has been asked, and the token waits for it."""
    listeners = token.task_spec.element.listeners
    if not listeners:
        return True
    in_turn = _in_turn(listeners)
    while token.told < len(in_turn) and (listener := in_turn[token.told]).event == event:
        if listener.work is None:
            _run(token, listener)
        elif not done(token, listener.work):
            ask(token, listener.work, event)
            return False
        token.instance.variables.commit(token.id)
        token.told += 1
    return True


def tell_interrupted(token: Token) -> None:
    """It is being taken away: what listens to its end hears that, if it has begun and has not heard it yet.

    What is taken away cannot wait for a worker, nor keep an incident: a listener that fails then is left.
    """
    listeners = token.task_spec.element.listeners
    if not listeners or token.task_spec.repeats or token.phase not in (Phase.WORK, Phase.CLOSE):
        return
    if token.told >= sum(each.event == "start" for each in listeners):
        tell_last(token, [each for each in _in_turn(listeners)[token.told :] if each.event == "end"])


def tell_last(token: Token, listeners: Iterable[Listener]) -> None:
    """Run each of the listeners that needs no worker; what one that fails has written is not kept."""
    variables = token.instance.variables
    for listener in listeners:
        try:
            variables.commit(token.id)
            _run(token, listener)
            variables.commit(token.id)
        except (Failure, BpmnError):
            variables.roll_back()


def _in_turn(listeners: Iterable[Listener]) -> list[Listener]:
    told = tuple(listeners)
    return [each for name in IN_TURN for each in told if each.event == name]


def _run(token: Token, listener: Listener) -> None:
    scripting = token.instance.scripting
    token.event = listener.event
    if listener.script is not None:
        scripting.run(listener.script, token)
    elif listener.expression is not None:
        scripting.evaluate(listener.expression, token)
    token.event = None
