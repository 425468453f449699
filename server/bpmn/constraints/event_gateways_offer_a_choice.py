"""An event-based gateway has at least two outgoing flows (BPMN 2.0.2, 10.6.6)."""

from collections import Counter
from collections.abc import Iterator

from server.bpmn.lineage.habits import is_of_family
from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    """With one flow it is its event alone. Engines of the Camunda family run that: in their files it is only told."""
    leaving = Counter(source.references.bare(flow.get("sourceRef")) for flow in source.every("sequenceFlow"))
    for gateway in source.every("eventBasedGateway"):
        number = leaving[gateway.get("id") or ""]
        if number < 2:
            text = "An event-based gateway needs at least two outgoing flows; without a choice draw the event alone."
            harmless = number == 1 and is_of_family(gateway)
            yield Breach(gateway, text, "event-gateway-without-choice", harmless=harmless)
