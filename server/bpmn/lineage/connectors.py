"""Reads connectors: outside work that the model describes whole."""

from typing import Any

from server.bpmn.definition import ConnectorCall
from server.bpmn.findings import Findings
from server.bpmn.lineage.mappings import read_mappings
from server.bpmn.names import Node, local

CONNECTORS = {"http-connector": "http", "http": "http", "mail-send": "mail", "mail": "mail"}


def read_connector(element: Node, findings: Findings) -> dict[str, Any]:
    """The connector of a service or send task; one that is not known is a problem."""
    identity = ""
    mappings: dict[str, Any] = {}
    for inner in element:
        if local(inner) == "connectorId":
            identity = (inner.text or "").strip()
        elif local(inner) == "inputOutput":
            mappings = read_mappings(inner, findings)
        else:
            findings.problem(inner, f"{local(inner)} is not known inside a connector; take it out.")
    connector = CONNECTORS.get(identity)
    if connector is None:
        text = f'The connector "{identity}" is not known; use http-connector or mail-send.'
        findings.problem(element, text)
        return {}
    return {"connector": ConnectorCall(connector, mappings.get("inputs", ()), mappings.get("outputs", ()))}
