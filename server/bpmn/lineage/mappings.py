"""Reads input and output parameters: texts, expressions, scripts, lists and maps."""

import re
from typing import Any

from server.bpmn import languages
from server.bpmn.definition import Assign
from server.bpmn.findings import Findings
from server.bpmn.names import Node, line_of, local
from server.expressions.expression import Expression

ONE_NAME = re.compile(r"^[$#]\{\s*([A-Za-z_]\w*)\s*\}$")


class Uncomposable(Exception):
    """A list or map holds what cannot be written as one expression."""


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
        try:
            return Expression(_composed(inner), "python", line_of(inner))
        except Uncomposable:
            text = "A list or map may hold texts and ${name} only; write the rest as a Python script parameter."
            findings.problem(inner, text)
            return None
    findings.problem(inner, f"{name} is not a known kind of parameter; use a text, a script, a list or a map.")
    return None


def _script(node: Node, findings: Findings) -> Expression | None:
    text = (node.text or "").strip()
    if node.get("resource"):
        findings.problem(node, "A script outside the model cannot be run; write it into the model.")
        return None
    if not text:
        findings.problem(node, "The script is empty; write one or delete it.")
        return None
    return languages.script(text, line_of(node), node.get("scriptFormat"))


def _composed(node: Node) -> str:
    """A list or map as a Python display; nesting is bounded by the depth of the document."""
    name = local(node)
    if name == "list":
        return "[" + ", ".join(_composed(inner) for inner in node) + "]"
    if name == "map":
        return "{" + ", ".join(f"{(entry.get('key') or '')!r}: {_entry(entry)}" for entry in node) + "}"
    if name == "value":
        return _literal(node.text)
    raise Uncomposable


def _entry(entry: Node) -> str:
    return _composed(entry[0]) if len(entry) else _literal(entry.text)


def _literal(text: str | None) -> str:
    written = (text or "").strip()
    named = ONE_NAME.match(written)
    if named:
        return named.group(1)
    if languages.looks(written):
        raise Uncomposable
    return repr(written)
