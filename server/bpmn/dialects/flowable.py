"""Flowable and Activiti models."""

from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.lineage import words
from server.bpmn.names import Node

NAMESPACES = ("http://flowable.org/bpmn", "http://activiti.org/bpmn")
DESCENT = words.Descent(
    "flowable",
    ignored={
        "formFieldValidation": "submissions are always validated.",
        "category": "it describes only.",
        "isEagerExecutionFetching": "it concerns the database of another engine.",
        "autoStoreVariables": "variables of scripts are always kept.",
        "expression-name": "it describes only.",
        "modeler-version": "it belongs to the editor.",
        "name": "it describes only.",
        "initiator-can-complete": "who may complete is said by the assignment.",
    },
    refused={
        "triggerable": "A service task does not wait to be triggered; draw a receive task after it.",
        "taskIdVariableName": "taskIdVariableName is not read; take it out.",
        "executionTreeOnly": "Listeners cannot be run; draw what they do as a script task.",
        "validateFormFields": "validateFormFields is not read; take it out.",
        "fallbackToDefaultTenant": "Tenants are not known here; take the attribute out.",
    },
    spelt={"resultVariableName": "resultVariable"},
)


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Our words for flowable: and activiti: attributes and extension elements."""
    return words.translate(node, attributes, elements, findings, DESCENT)
