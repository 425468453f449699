"""Reads form keys, and form fields that are written in the model itself."""

from typing import Any

from server.bpmn import languages
from server.bpmn.definition import FormField
from server.bpmn.findings import Findings
from server.bpmn.names import Node, line_of, local

PREFIXES = (
    "embedded:app:forms/",
    "embedded:app:",
    "embedded:deployment:forms/",
    "embedded:deployment:",
    "camunda-forms:deployment:",
    "camunda-forms:app:forms/",
    "camunda-forms:app:",
    "app:",
    "deployment:",
)
SUFFIXES = (".form", ".html", ".json")
TYPES = {
    "string": "string",
    "long": "long",
    "integer": "long",
    "int": "long",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "enum": "enum",
}
BOUNDS = ("min", "max", "minlength", "maxlength")


def form_key(said: dict[str, str]) -> str:
    """The key of the deployed form that formRef or formKey means, without what is said about its storage."""
    key = said.get("formRef") or said.get("formKey") or ""
    for prefix in PREFIXES:
        if key.startswith(prefix):
            key = key[len(prefix) :]
            break
    for suffix in SUFFIXES:
        key = key.removesuffix(suffix)
    return key


def read_fields(element: Node, findings: Findings) -> dict[str, Any]:
    """The fields of formData, or the one field of a formProperty (the older spelling)."""
    nodes = [element] if local(element) == "formProperty" else list(element)
    found = []
    for node in nodes:
        key = (node.get("variable") or node.get("id") or "").strip()
        if not key:
            findings.problem(node, "A form field needs an id; give it one.")
            continue
        found.append(_field(node, key, findings))
    return {"fields": tuple(found)}


def _field(node: Node, key: str, findings: Findings) -> FormField:
    kind = TYPES.get((node.get("type") or "string").strip())
    if kind is None:
        text = f'The type "{node.get("type")}" is not known; use string, long, double, boolean, date or enum.'
        findings.problem(node, text)
    if node.get("expression"):
        findings.problem(node, "expression of a form property is not read; use the variable's name as its id.")
    bounds = {**_own_bounds(node), **_constraints(node, findings)}
    default = node.get("defaultValue") or node.get("default")
    return FormField(
        key=key,
        label=node.get("label") or node.get("name") or key,
        type=kind or "string",
        default=languages.value(default, line_of(node)) if default else None,
        options=tuple((inner.get("id") or "", inner.get("name") or "") for inner in node if local(inner) == "value"),
        required=bounds.get("required") == "true",
        readonly=bounds.get("readonly") == "true",
        minimum=bounds.get("min"),
        maximum=bounds.get("max"),
        minimum_length=_length(node, "minlength", bounds, findings),
        maximum_length=_length(node, "maxlength", bounds, findings),
        line=line_of(node),
    )


def _own_bounds(node: Node) -> dict[str, str]:
    found = {}
    if node.get("required"):
        found["required"] = node.get("required") or ""
    if node.get("writable") == "false":
        found["readonly"] = "true"
    return found


def _constraints(node: Node, findings: Findings) -> dict[str, str]:
    found = {}
    for validation in node:
        if local(validation) == "properties":
            findings.ignored(validation, "Properties of a form field describe only and are not read.")
        if local(validation) != "validation":
            continue
        for constraint in validation:
            name = constraint.get("name") or ""
            if name in BOUNDS:
                found[name] = (constraint.get("config") or "").strip()
            elif name in ("required", "readonly"):
                found[name] = "false" if constraint.get("config") == "false" else "true"
            else:
                text = f'The constraint "{name}" cannot be checked; use required, readonly, min, max or the lengths.'
                findings.problem(constraint, text, code="foreign-code")
    return found


def _length(node: Node, name: str, bounds: dict[str, str], findings: Findings) -> int | None:
    text = bounds.get(name, "")
    if text.isdecimal() and text.isascii() and len(text) < 10:
        return int(text)
    if text:
        findings.problem(node, f'{name} must be a whole number, not "{text}".')
    return None
