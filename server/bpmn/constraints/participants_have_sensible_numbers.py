"""A pool stands for at least none and at most as many participants as its maximum says (BPMN 2.0.2, 9.3.1)."""

from collections.abc import Iterator

from server.bpmn.source import Breach, Source


def check(source: Source) -> Iterator[Breach]:
    for node in source.every("participantMultiplicity"):
        minimum, maximum = _number(node.get("minimum"), 0), _number(node.get("maximum"), 1)
        if minimum is None or maximum is None or minimum < 0:
            text = "The minimum and maximum of participants are whole numbers from 0; mend them."
            yield Breach(node, text, "participant-minimum", "file")
        elif maximum < max(minimum, 1):
            text = f"The maximum of participants ({maximum}) is smaller than the minimum ({minimum}) or 1; raise it."
            yield Breach(node, text, "participant-maximum", "file")


def _number(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        return None
