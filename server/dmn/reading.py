"""What reading a file has found so far: its problems, and the language its texts are written in unless they say."""

from collections import Counter
from collections.abc import Iterable

from server.dmn.decision import Literal
from server.dmn.languages import FEEL, JUEL, language_of
from server.dmn.nodes import content, part, type_ref
from server.errors import Problem
from server.xml import Node, line_of


class Findings:
    """Everything found in one file, in the order in which it was found."""

    def __init__(self, resource: str, language: str) -> None:
        self.resource = resource
        self.language = language
        self.found: list[Problem] = []
        self.depth = 0

    def problem(self, node: Node, text: str) -> None:
        """Something that cannot be decided as it was meant."""
        self.add(Problem(text, nearest_id(node), line_of(node), self.resource))

    def warning(self, node: Node, text: str) -> None:
        """Something that works, but probably not as the analyst meant it."""
        self.add(Problem(text, nearest_id(node), line_of(node), self.resource, "warning"))

    def add(self, *problems: Problem) -> None:
        self.found.extend(problems)

    def literal(self, node: Node | None, otherwise: str | None = None) -> Literal | None:
        """The expression that a node holds in its `text`; None when there is no node or nothing in it."""
        if node is None:
            return None
        at = part(node, "text")
        text = content(at)
        if at is None or not text:
            return None
        stated = node.get("expressionLanguage")
        language = language_of(stated, otherwise or self.language) if stated else otherwise or self.language
        if language is None:
            told = (
                f"Expressions in the language {stated!r} are not run; write it in FEEL, and set the language to feel."
            )
            self.problem(node, told)
            language = FEEL
        if language == FEEL and not stated and text.startswith(("${", "#{")):
            language = JUEL
        return Literal(text, language, type_ref(node), line_of(at), node.get("id"))


def nearest_id(node: Node | None) -> str | None:
    """The id of the node, else of the nearest one around it that has one."""
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return None


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, in the order of the alphabet."""
    return sorted(name for name, times in Counter(names).items() if times > 1)
