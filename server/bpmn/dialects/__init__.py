"""A fan: each dialect translates what one vendor adds to BPMN into our words (`extensions`)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server.bpmn.dialects import camunda, flowable, modelers, spiffworkflow, zeebe
from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.lineage.habits import is_of_family, read_habits
from server.bpmn.names import BPMN, XML, XSI, Node, namespace, split

Dialect = Callable[[Node, dict[str, str], list[Node], Findings], Extensions]

_DIALECTS: dict[str, Dialect] = {
    **dict.fromkeys(camunda.NAMESPACES, camunda.translate),
    **dict.fromkeys(flowable.NAMESPACES, flowable.translate),
    **dict.fromkeys(zeebe.NAMESPACES, zeebe.translate),
    **dict.fromkeys(spiffworkflow.NAMESPACES, spiffworkflow.translate),
}
_OF_XML = frozenset((BPMN, XML, XSI, ""))


@dataclass
class _Added:
    """What one vendor has added to one element."""

    attributes: dict[str, str] = field(default_factory=dict)
    elements: list[Node] = field(default_factory=list)


def translate(root: Node, findings: Findings) -> dict[Node, Extensions]:
    """Our words for every node of which a vendor says something; what is unknown to all is listed as ignored."""
    words: dict[Node, Extensions] = {}
    strangers: dict[str, Node] = {}
    for node, vendors in _additions(root).items():
        for vendor, added in vendors.items():
            dialect = _DIALECTS.get(vendor)
            if dialect is None:
                strangers.setdefault(vendor, node)
                continue
            translated = dialect(node, added.attributes, added.elements, findings)
            words[node] = words[node].joined(translated) if node in words else translated
    if is_of_family(root):
        for node, habit in read_habits(root, findings).items():
            words[node] = words[node].joined(habit) if node in words else habit
    for vendor, node in strangers.items():
        findings.ignored(node, modelers.reason(vendor))
    return words


def _additions(root: Node) -> dict[Node, dict[str, _Added]]:
    """What each vendor has added, by node and namespace, in the order of the file."""
    found: dict[Node, dict[str, _Added]] = {}
    for node in root.iter("{" + BPMN + "}*"):
        for name, value in node.attrib.items():
            if str(name)[0] == "{":
                vendor, attribute = split(str(name))
                if vendor not in _OF_XML:
                    found.setdefault(node, {}).setdefault(vendor, _Added()).attributes[attribute] = str(value)
    for extension in root.iter("{" + BPMN + "}extensionElements"):
        holder = extension.getparent()
        for inner in extension if holder is not None else ():
            vendor = namespace(inner)
            if holder is not None and vendor != BPMN:
                found.setdefault(holder, {}).setdefault(vendor, _Added()).elements.append(inner)
    return found
