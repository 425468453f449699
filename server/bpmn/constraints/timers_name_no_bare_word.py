"""A timer says an ISO 8601 time or an expression that shows that it is one; a bare word is neither (10.5.5)."""

import re
from collections.abc import Iterator

from server.bpmn import languages
from server.bpmn.names import content
from server.bpmn.source import Breach, Source

TIMES = {"timeDate": "2030-01-31T09:00:00Z", "timeDuration": "PT2H", "timeCycle": "R3/PT10M"}
WORD = re.compile(r"[^\W\d]\w*")


def check(source: Source) -> Iterator[Breach]:
    if source.is_python:
        return
    for node in source.every(*TIMES):
        text = content(node)
        means_itself = languages.timer(text, 0).language == "text"
        if WORD.fullmatch(text) and not means_itself and not node.get("language"):
            told = f'"{text}" is no time; write one such as {TIMES[_name(node.tag)]}, or ${{{text}}} for a variable.'
            yield Breach(node, told, "time-not-understood")


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]
