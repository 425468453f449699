"""Models of SpiffWorkflow's own editor: what describes is ignored, what would be executed is refused."""

from server.bpmn.extensions import NOTHING, Extensions
from server.bpmn.findings import Findings
from server.bpmn.names import Node, local

NAMESPACES = ("http://spiffworkflow.org/bpmn/schema/1.0/core", "http://spiffworkflow.org/bpmn/schema/1.0")
IGNORED = frozenset(("unitTests", "instructionsForEndUser", "category", "guestConfirmation", "taskMetadataValues"))


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Refuses scripts, operators and forms of that editor, and lists its descriptions as ignored."""
    for name in attributes:
        findings.ignored(node, f"spiffworkflow:{name} is kept by the editor and changes nothing.")
    for element in elements:
        name = local(element)
        if name in IGNORED:
            findings.ignored(element, f"spiffworkflow:{name} describes only and is not read.")
        else:
            text = f"spiffworkflow:{name} cannot be executed; say it with the properties of a Camunda 7 model."
            findings.problem(element, text)
    return NOTHING
