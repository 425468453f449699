"""Reads connectors: outside work that the model describes whole."""

import json
from dataclasses import replace
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import Assign, ConnectorCall
from server.bpmn.findings import Findings
from server.bpmn.lineage.mappings import read_mappings
from server.bpmn.names import Node, line_of, local
from server.errors import Invalid
from server.expressions import parse
from server.expressions.expression import Expression

CONNECTORS = {
    "http-connector": "http",
    "http": "http",
    "mail-send": "mail",
    "mail": "mail",
    "sql": "sql",
    "chat": "chat",
    "openapi": "openapi",
    "ai": "ai",
    "procession": "procession",
}

# What follows is the author's alone: it never comes out of a variable, in which anything may stand.
EXPRESSIONS = {"http": ("nextPage", "items")}
TEXTS = {
    "mail": ("subjectTemplate", "textTemplate", "htmlTemplate"),
    "sql": ("query",),
    "ai": ("instructions", "answerSchema"),
}


def read_connector(element: Node, findings: Findings) -> dict[str, Any]:
    """The connector of a service or send task; one that is not known is a problem."""
    identity = ""
    mappings: dict[str, Any] = {}
    parameters: dict[str, Node] = {}
    for inner in element:
        if local(inner) == "connectorId":
            identity = (inner.text or "").strip()
        elif local(inner) == "inputOutput":
            mappings = read_mappings(inner, findings)
            parameters = {(node.get("name") or "").strip(): node for node in inner if local(node) == "inputParameter"}
        else:
            findings.problem(inner, f"{local(inner)} is not known inside a connector; take it out.")
    connector = CONNECTORS.get(identity)
    if connector is None:
        findings.problem(element, f'The connector "{identity}" is not known; use {", ".join(sorted(CONNECTORS))}.')
        return {}
    inputs = tuple(
        replace(assign, source=_of_author(connector, assign, parameters[assign.target], findings))
        for assign in mappings.get("inputs", ())
    )
    return {"connector": ConnectorCall(connector, inputs, mappings.get("outputs", ()))}


def _of_author(connector: str, assign: Assign, node: Node, findings: Findings) -> Expression:
    """The source of a parameter: as it was read, or as the text that it is where only the author has a say."""
    name, line = assign.target, line_of(node)
    if name not in EXPRESSIONS.get(connector, ()) and name not in TEXTS.get(connector, ()):
        return assign.source
    text = (node.text or "").strip()
    if len(node) or not text:
        findings.problem(node, f"The parameter {name} is written as text.")
        return assign.source
    if name in TEXTS.get(connector, ()):
        return Expression(text, "text", line)
    return _postponed(Expression(text, languages.looks(text) or "feel", line), node, findings)


def _postponed(expression: Expression, node: Node, findings: Findings) -> Expression:
    """An expression as a value: the connector evaluates it with what it learns during the call."""
    try:
        parse(expression)
    except Invalid as error:
        findings.problem(node, error.message, code="expression-unreadable")
    parts = {"expression": expression.text, "language": expression.language}
    written = {name: ["value", text, "text", expression.line] for name, text in parts.items()}
    return Expression(json.dumps(["map", written]), "composition", expression.line)
