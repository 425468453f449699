"""Runs the listeners of an element: expressions and scripts at once, and those that are code in a worker of its own.

What a listener writes belongs to the step it is part of: if it fails, nothing of it is kept, and the token stays with
an incident where it is.
"""

from collections.abc import Iterable

from server.bpmn.definition import Listener
from server.engine.fetching import ask, done
from server.engine.tokens import Token

IN_TURN = ("start", "create", "complete", "end")
"""Events that come one after the other in the life of an activity instance, so that a number says how far it is."""


def tell(token: Token, event: str, listeners: Iterable[Listener] | None = None) -> None:
    """Run every expression and script that listens to *event* at the element (or of *listeners*), in their order."""
    for listener in token.task_spec.element.listeners if listeners is None else listeners:
        if listener.event == event:
            _run(token, listener)


def told(token: Token, event: str) -> bool:
    """Run what listens to *event*, one after another. False: a worker has been asked, and the token waits for it."""
    listeners = token.task_spec.element.listeners
    if not listeners:
        return True
    in_turn = [each for name in IN_TURN for each in listeners if each.event == name]
    while token.told < len(in_turn) and (listener := in_turn[token.told]).event == event:
        if listener.work is None:
            _run(token, listener)
        elif not done(token, listener.work):
            ask(token, listener.work, event)
            return False
        token.instance.variables.commit(token.id)
        token.told += 1
    return True


def _run(token: Token, listener: Listener) -> None:
    scripting = token.instance.scripting
    token.event = listener.event
    if listener.script is not None:
        scripting.run(listener.script, token)
    elif listener.expression is not None:
        scripting.evaluate(listener.expression, token)
    token.event = None
