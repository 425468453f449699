"""Finds what a reference points to, with or without a prefix, and reports the ones that point to nothing."""

from server.bpmn.findings import Findings
from server.bpmn.names import BPMN, Node, local


class References:
    """All named nodes of one file. Ids that occur twice are reported on construction (BPMN 2.0.2, 8.3.1)."""

    def __init__(self, root: Node, findings: Findings) -> None:
        self.findings = findings
        self.nodes: dict[str, Node] = {}
        self.twins: dict[str, list[Node]] = {}
        for node in root.iter("{" + BPMN + "}*"):
            identity = node.get("id")
            if not identity:
                continue
            if identity in self.nodes:
                first = self.nodes[identity].sourceline
                both_processes = local(node) == local(self.nodes[identity]) == "process"
                what = "Two processes have" if both_processes else "Twice there is"
                text = f'{what} the id "{identity}" (first on line {first}); give one of them another id.'
                findings.problem(node, text, "file", "two-processes-of-one-id" if both_processes else "duplicate-id")
                self.twins.setdefault(identity, []).append(node)
            else:
                self.nodes[identity] = node

    def bare(self, reference: str | None) -> str:
        """The id that a reference means: as it stands, or without a prefix; empty when there is none."""
        text = (reference or "").strip()
        if text in self.nodes or ":" not in text:
            return text
        return text.partition(":")[2]

    def find(self, node: Node, reference: str | None, tags: tuple[str, ...]) -> Node | None:
        """The node that is meant, if it is one of `tags`; anything else is reported at `node`. None when empty."""
        wanted = self.bare(reference)
        if not wanted:
            return None
        found = self.nodes.get(wanted)
        if found is None:
            text = f'"{wanted}" is referred to but is not in the file; choose the {tags[0]} again in the editor.'
            self.findings.problem(node, text, code="reference-to-nothing")
            return None
        if local(found) not in tags:
            twin = next((node for node in self.twins.get(wanted, ()) if local(node) in tags), None)
            if twin is not None:
                return twin
            text = f'"{wanted}" is no {tags[0]} but a {local(found)}; choose the {tags[0]} again in the editor.'
            self.findings.problem(node, text, code="reference-of-wrong-kind")
            return None
        return found
