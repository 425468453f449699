"""A condition yields true or false, so it is no number and no text (BPMN 2.0.2, 10.3.8)."""

import re
from collections.abc import Iterator

from server.bpmn.names import content, local
from server.bpmn.source import Breach, Source

CONDITIONS = ("completionCondition", "loopCondition", "condition", "conditionExpression", "activationCondition")
LITERAL = re.compile(r"""[+-]?\d+(\.\d+)?|"[^"]*"|'[^']*'""")


def check(source: Source) -> Iterator[Breach]:
    for node in source.every(*CONDITIONS):
        text = content(node)
        if LITERAL.fullmatch(text):
            told = f"The {local(node)} is {text}, which is neither true nor false; write a comparison."
            yield Breach(node, told)
