"""An executable process says its expressions formally, not in natural language (BPMN 2.0.2, 8.4.7, 8.4.8)."""

import re
from collections.abc import Iterator

from server.bpmn.names import XSI, Node, content, local, words
from server.bpmn.source import Breach, Source

EXPRESSIONS = words(
    "conditionExpression loopCondition loopCardinality completionCondition activationCondition condition from"
)
# Whatever has an operator, a number or the mark of a language in it was not written as a sentence.
NATURAL = re.compile(r"""[^\W\d]\w*([ \t\r\n]+\w+)*[.!?]?|["'][^"']*["']""")
CONSTANTS = frozenset(("true", "false"))


def check(source: Source) -> Iterator[Breach]:
    if source.is_python or _is_ours(source.root.get("expressionLanguage") or ""):
        return
    for node in source.every(*sorted(EXPRESSIONS)):
        text = content(node)
        if not text or _is_formal(node) or text.lower() in CONSTANTS or not NATURAL.fullmatch(text):
            continue
        shown = text if len(text) <= 40 else text[:37] + "..."
        told = (
            f'"{shown}" ({local(node)}) is not marked as an expression that can be executed;'
            ' add xsi:type="tFormalExpression" or write it as ${...}.'
        )
        yield Breach(node, told, "expression-not-formal")


def _is_formal(node: Node) -> bool:
    kind = node.get("{" + XSI + "}type") or ""
    return kind.rpartition(":")[2] == "tFormalExpression" or bool(node.get("language"))


def _is_ours(language: str) -> bool:
    """Whether the file says for all its expressions that they are written in a language that is run."""
    return any(word in language.lower() for word in ("feel", "juel"))
