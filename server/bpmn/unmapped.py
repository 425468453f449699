"""Holds a file against the whitelist and names every element and attribute that the reader does not map."""

from server.bpmn.findings import Findings
from server.bpmn.names import BPMN, Node, content, local, split
from server.bpmn.vocabulary import ATTRIBUTES, DESCRIPTIVE, FIXED, NEVER, PARENTS, REFUSED


def find_unmapped(root: Node, findings: Findings) -> None:
    """Reports whatever stands in the BPMN namespace and is neither read nor purely descriptive (promise 1)."""
    prefix = "{" + BPMN + "}"
    pending = [root]
    while pending:
        node = pending.pop()
        tag = str(node.tag)
        if not tag.startswith(prefix):
            continue
        name = tag[len(prefix) :]
        if name in DESCRIPTIVE:
            continue
        if name in REFUSED:
            findings.problem(node, REFUSED[name], scope="file" if name in NEVER else "element")
            continue
        known = ATTRIBUTES.get(name)
        if known is None:
            findings.problem(
                node, f"{name} is not an element that can be read here; take it out.", code="unknown-element"
            )
            continue
        _check_attributes(node, name, known, findings)
        _check_parent(node, name, findings)
        pending.extend(reversed(node))


def _check_attributes(node: Node, name: str, known: frozenset[str], findings: Findings) -> None:
    for attribute, value in node.attrib.items():
        attribute = str(attribute)
        if attribute[0] == "{" and split(attribute)[0] != BPMN:
            continue
        attribute = split(attribute)[1]
        if attribute not in known:
            findings.problem(
                node, f"The attribute {attribute} of {name} is not read; take it out.", code="unknown-attribute"
            )
        elif attribute in FIXED and str(value).strip() not in FIXED[attribute][0]:
            findings.problem(node, FIXED[attribute][1])


def _check_parent(node: Node, name: str, findings: Findings) -> None:
    parent = node.getparent()
    if parent is None:
        return
    allowed = PARENTS.get(name)
    if allowed is not None and local(parent) not in allowed:
        findings.problem(
            node, f"{name} has no meaning inside {local(parent)}; take it out.", "file", "misplaced-element"
        )
    if name == "operationRef" and content(node):
        findings.ignored(node, "Operations of interfaces are not called; the message itself counts.")
