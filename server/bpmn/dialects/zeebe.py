"""Camunda 8 (Zeebe) models: their additions are FEEL and job workers, which cannot be executed here."""

from server.bpmn.extensions import NOTHING, Extensions
from server.bpmn.findings import Findings
from server.bpmn.names import Node, local

NAMESPACES = ("http://camunda.org/schema/zeebe/1.0",)
IGNORED = frozenset(("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "versionTag", "userTask"))
REFUSED = {
    "taskDefinition": "a job worker",
    "ioMapping": "mappings in FEEL",
    "subscription": "a correlation key in FEEL",
    "calledElement": "a called process in FEEL",
    "loopCharacteristics": "a collection in FEEL",
    "assignmentDefinition": "people in FEEL",
    "taskSchedule": "due dates in FEEL",
    "formDefinition": "a form of Camunda 8",
    "userTaskForm": "a form of Camunda 8",
    "script": "a script in FEEL",
    "calledDecision": "a decision",
    "priorityDefinition": "a priority in FEEL",
}


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Refuses what would change the course of things, and lists the rest as ignored."""
    for name in attributes:
        findings.ignored(node, f"zeebe:{name} is kept by the modeler and changes nothing.")
    for element in elements:
        name = local(element)
        if name in IGNORED:
            findings.ignored(element, f"zeebe:{name} changes nothing here.")
        else:
            what = REFUSED.get(name, "an extension of Camunda 8")
            text = f"zeebe:{name} ({what}) cannot be executed; draw the model for Camunda 7 in the modeler."
            findings.problem(element, text)
    return NOTHING
