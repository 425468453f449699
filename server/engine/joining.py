"""Tokens that wait for each other at a join: what parallel, inclusive and complex gateways have in common."""

from collections.abc import Iterable

from server.bpmn.definition import Element
from server.bpmn.definition import Level as LevelDefinition
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


def reaching(level: LevelDefinition, flow_id: str, avoid: str) -> frozenset[str]:
    """The keys of the elements from which a token can come to a flow without passing the element *avoid*."""
    found: set[str] = set()
    todo = [level.flows[flow_id].source]
    while todo:
        key = todo.pop()
        if key in found or key == avoid:
            continue
        found.add(key)
        element = level.elements[key]
        todo += [level.flows[flow].source for flow in element.incoming]
        if element.attached_to is not None:
            todo.append(element.attached_to)
        todo += level.linking(element)
    return frozenset(found)
