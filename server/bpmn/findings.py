"""Collects what is wrong with a file while it is read, so that everything is told at once."""

from dataclasses import dataclass

from server.bpmn.names import BPMN, Node, line_of
from server.errors import Problem


@dataclass(frozen=True)
class Finding:
    """A problem and the node it was found at.

    `scope` says where it counts: "element" if a token can come to it, "process" if its process is executable,
    "file" always.
    """

    node: Node | None
    problem: Problem
    scope: str = "element"


class Findings:
    """Everything found in one file so far."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self.found: list[Finding] = []

    def problem(self, node: Node, text: str, scope: str = "element", code: str = "not-executable") -> None:
        """Something that cannot be executed faithfully, or (scope "file") not be understood at all.

        `code` names the rule that is broken, in small words joined by hyphens.
        """
        self._add(node, text, "problem", code, scope)

    def problem_of_file(self, text: str, code: str) -> None:
        """Something that is wrong with the file as a whole."""
        self.found.append(Finding(None, Problem(text, resource=self.resource, code=code), "file"))

    def warning(self, node: Node, text: str, code: str = "doubtful") -> None:
        """Something that works, but probably not as the analyst meant it."""
        self._add(node, text, "warning", code)

    def ignored(self, node: Node, text: str, code: str = "ignored") -> None:
        """Something that is left out on purpose and changes nothing."""
        self._add(node, text, "ignored", code)

    def _add(self, node: Node, text: str, level: str, code: str, scope: str = "element") -> None:
        problem = Problem(text, nearest_id(node), line_of(node), self.resource, level, code)
        self.found.append(Finding(node, problem, scope))


def nearest_id(node: Node | None) -> str | None:
    """The id of the node, else of the nearest BPMN node around it that has one."""
    prefix = "{" + BPMN + "}"
    while node is not None:
        if node.get("id") and str(node.tag).startswith(prefix):
            return node.get("id")
        node = node.getparent()
    return None
