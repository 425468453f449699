"""Reads input and output parameters: texts, expressions, scripts, lists and maps."""

import json
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import Assign
from server.bpmn.findings import Findings
from server.bpmn.names import Node, line_of, local
from server.expressions.expression import Expression


def read_mappings(element: Node, findings: Findings) -> dict[str, Any]:
    """`inputs` and `outputs` of an inputOutput element."""
    found: dict[str, list[Assign]] = {"inputs": [], "outputs": []}
    for inner in element:
        kind = {"inputParameter": "inputs", "outputParameter": "outputs"}.get(local(inner))
        name = (inner.get("name") or "").strip()
        if kind is None or not name:
            findings.problem(inner, "A parameter needs a name; give it one or delete it.")
            continue
        source = _source(inner, findings)
        if source is not None:
            found[kind].append(Assign(name, source))
    return {kind: tuple(assigns) for kind, assigns in found.items() if assigns}


def _source(parameter: Node, findings: Findings) -> Expression | None:
    if len(parameter) == 0:
        return languages.value((parameter.text or "").strip(), line_of(parameter))
    inner = parameter[0]
    name = local(inner)
    if name == "script":
        return _script(inner, findings)
    if name in ("list", "map"):
        return Expression(json.dumps(_composed(inner, findings)), "composition", line_of(inner))
    findings.problem(inner, f"{name} is not a known kind of parameter; use a text, a script, a list or a map.")
    return None


def _script(node: Node, findings: Findings) -> Expression | None:
    text = (node.text or "").strip()
    if node.get("resource"):
        text = "A script outside the model cannot be run; write it into the model."
        findings.problem(node, text, code="foreign-code")
        return None
    if not text:
        findings.problem(node, "The script is empty; write one or delete it.")
        return None
    return languages.script(text, line_of(node), node.get("scriptFormat"))


def _composed(node: Node, findings: Findings) -> list[Any] | None:
    """A list, map, value or script as a part of a composition; nesting is bounded by the depth of the document."""
    name = local(node)
    if name == "list":
        return ["list", [part for inner in node if (part := _composed(inner, findings)) is not None]]
    if name == "map":
        entries = ((entry.get("key") or "", _entry(entry, findings)) for entry in node)
        return ["map", {key: part for key, part in entries if part is not None}]
    if name == "script":
        script = _script(node, findings)
        return None if script is None else ["value", script.text, script.language, script.line]
    if name == "value":
        return _literal(node)
    findings.problem(node, f"{name} is not known in a list or map; use a text, a script, a list or a map.")
    return None


def _entry(entry: Node, findings: Findings) -> list[Any] | None:
    return _composed(entry[0], findings) if len(entry) else _literal(entry)


def _literal(node: Node) -> list[Any]:
    value = languages.value((node.text or "").strip(), line_of(node))
    return ["value", value.text, value.language, value.line]
