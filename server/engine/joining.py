"""Tokens that wait for each other at a join: what parallel and inclusive gateways have in common."""

from collections.abc import Iterable

from server.bpmn.definition import Element
from server.engine.facts import ActivityCompleted
from server.engine.levels import Level
from server.engine.tokens import Token


def oldest(level: Level, element: Element) -> dict[str, Token]:
    """The first token that came by each incoming flow, of those by which one came."""
    found = {flow: level.waiting_at(element.id, flow) for flow in element.incoming}
    return {flow: token for flow, token in found.items() if token is not None}


def consume(tokens: Iterable[Token], keep: Token) -> None:
    """All but one of the tokens end here; the one goes on for them all."""
    for token in list(tokens):
        if token is not keep:
            token.instance.report(ActivityCompleted(token.id, token.element_key))
            token.instance.remove(token)
    keep.workflow.release(keep)
