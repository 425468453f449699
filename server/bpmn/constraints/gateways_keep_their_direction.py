"""A gateway that says its direction has the flows of it: diverging splits, converging joins, mixed both (10.6.1)."""

from collections.abc import Iterator

from server.bpmn.names import GATEWAYS, Node
from server.bpmn.source import Breach, Source

WANTED = {
    "Diverging": "one incoming flow and several outgoing ones",
    "Converging": "several incoming flows and one outgoing one",
    "Mixed": "several incoming and several outgoing flows",
}


def check(source: Source) -> Iterator[Breach]:
    into, out = _flows(source)
    for gateway in source.every(*sorted(GATEWAYS)):
        direction = gateway.get("gatewayDirection") or "Unspecified"
        key = str(gateway.get("id"))
        incoming, outgoing = into.get(key, 0), out.get(key, 0)
        fits = {
            "Diverging": incoming <= 1 and outgoing > 1,
            "Converging": incoming > 1 and outgoing <= 1,
            "Mixed": incoming > 1 and outgoing > 1,
        }
        if not fits.get(direction, True):
            told = (
                f"The gateway is said to be {direction}, so it has {WANTED[direction]}, but here are {incoming} and"
                f" {outgoing}; draw the missing flow or leave gatewayDirection out."
            )
            yield Breach(gateway, told, "gateway-direction")


def _flows(source: Source) -> tuple[dict[str, int], dict[str, int]]:
    """How many flows lead to each node and away from it."""
    into: dict[str, int] = {}
    out: dict[str, int] = {}
    for flow in source.every("sequenceFlow"):
        _count(flow, "targetRef", into, source)
        _count(flow, "sourceRef", out, source)
    return into, out


def _count(flow: Node, attribute: str, counts: dict[str, int], source: Source) -> None:
    key = source.references.bare(flow.get(attribute))
    counts[key] = counts.get(key, 0) + 1
