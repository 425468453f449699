"""Camunda 7 models, and those of its forerunner fox: the main dialect."""

from server.bpmn.extensions import Extensions
from server.bpmn.findings import Findings
from server.bpmn.lineage import words
from server.bpmn.names import Node

NAMESPACES = ("http://camunda.org/schema/1.0/bpmn", "http://www.camunda.com/fox")
DESCENT = words.Descent("camunda")


def translate(node: Node, attributes: dict[str, str], elements: list[Node], findings: Findings) -> Extensions:
    """Our words for camunda: attributes and extension elements."""
    return words.translate(node, attributes, elements, findings, DESCENT)
