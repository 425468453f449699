"""What engines of this family take for granted where the standard wants a reference."""

from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.names import BPMN, Node, line_of
from server.expressions.expression import Expression

FAMILY = ("camunda.org/schema/1.0/", "camunda.com/fox", "activiti.org/bpmn", "flowable.org/bpmn")


def is_of_family(node: Node) -> bool:
    """Whether the node was written for one of these engines: the namespaces known there say so."""
    return any(name in str(space) for space in node.nsmap.values() for name in FAMILY)


def read_habits(root: Node, findings: Findings) -> dict[Node, Extensions]:
    """Words for receive tasks without a message, which wait under their own name, and for errors that an event names
    by their code alone. Each is told, because another engine would refuse it."""
    found: dict[Node, Extensions] = {}
    for node in root.iter("{" + BPMN + "}receiveTask"):
        name = (node.get("name") or node.get("id") or "").strip()
        if not node.get("messageRef") and name and "${" not in name:
            text = f'The receive task names no message; it waits for a message "{name}".'
            findings.warning(node, text, "receives-under-its-own-name")
            found[node] = Extensions(message_name=Expression(name, "text", line_of(node)))
    known = {error.get("id") for error in root.iter("{" + BPMN + "}error")}
    for node in root.iter("{" + BPMN + "}errorEventDefinition"):
        code = (node.get("errorRef") or "").strip()
        if code and code not in known and code.partition(":")[2] not in known:
            text = f'There is no error "{code}" in the file; the event stands for errors of that code.'
            findings.warning(node, text, "error-by-its-code")
            found[node] = Extensions(error_code=Expression(code, "text", line_of(node)))
    return found
