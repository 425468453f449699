"""Reads boxed expressions (DMN 1.5, 10.2.2): any node that can stand where something is computed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from server.dmn.decision import (
    Conditional,
    Context,
    Entry,
    Filter,
    Function,
    Invocation,
    Items,
    Iteration,
    Literal,
    Logic,
    Parameter,
    Relation,
)
from server.dmn.nodes import LOGIC, all_parts, content, logic_of, part, parts, type_ref
from server.dmn.reading import Findings
from server.dmn.tables import read_table
from server.xml import Node, line_of, local

DEEPEST = 40
"""Boxes within boxes: deeper than any that can be read by people, and far from the end of Python's stack."""


def read_logic(node: Node | None, findings: Findings) -> Logic | None:
    """What a node says is computed; None when there is none, which means null."""
    if node is None:
        return None
    if findings.depth >= DEEPEST:
        findings.problem(node, f"Expressions are nested more than {DEEPEST} deep; make decisions of the inner ones.")
        return None
    findings.depth += 1
    read = _READERS[local(node)](node, findings)
    findings.depth -= 1
    return read


def inner_logic(node: Node | None, findings: Findings) -> Logic | None:
    """What the first expression within a node says."""
    return read_logic(logic_of(node), findings) if node is not None else None


def parameter(node: Node, findings: Findings) -> Parameter:
    """The name and type of a variable, formal parameter or column."""
    name = (node.get("name") or "").strip()
    if not name:
        findings.problem(node, f"The {local(node)} has no name; give it one.")
    return Parameter(" ".join(name.split()), type_ref(node))


def read_function(node: Node, findings: Findings) -> Function:
    """A function definition, or the encapsulated logic of a business knowledge model."""
    kind = (node.get("kind") or "FEEL").strip().upper()
    return Function(
        parameters=tuple(parameter(inner, findings) for inner in all_parts(node, "formalParameter")),
        body=inner_logic(node, findings),
        kind={"JAVA": "Java"}.get(kind, kind),
        type_ref=type_ref(node),
        line=line_of(node),
    )


def _literal(node: Node, findings: Findings) -> Logic:
    imported = part(node, "importedValues")
    if imported is not None:
        findings.problem(node, "Values of other files are not read; write the values into an expression.")
    return findings.literal(node) or Literal("null", type_ref=type_ref(node), line=line_of(node), id=node.get("id"))


def _context(node: Node, findings: Findings) -> Logic:
    entries = []
    for inner in all_parts(node, "contextEntry"):
        variable = part(inner, "variable")
        named = parameter(variable, findings) if variable is not None else None
        entries.append(Entry(named, inner_logic(inner, findings)))
    return Context(tuple(entries), type_ref(node), line_of(node))


def _invocation(node: Node, findings: Findings) -> Logic:
    bindings = []
    for inner in all_parts(node, "binding"):
        named = part(inner, "parameter")
        if named is None:
            findings.problem(inner, "The binding does not say which parameter it gives; name it.")
            continue
        bindings.append(Entry(parameter(named, findings), inner_logic(inner, findings)))
    return Invocation(inner_logic(node, findings), tuple(bindings), type_ref(node), line_of(node))


def _relation(node: Node, findings: Findings) -> Logic:
    columns = tuple(parameter(inner, findings) for inner in all_parts(node, "column"))
    rows = []
    for row in all_parts(node, "row"):
        cells = tuple(read_logic(inner, findings) for name, inner in parts(row) if name in LOGIC)
        if len(cells) != len(columns):
            findings.problem(row, f"The row has {len(cells)} cells for {len(columns)} columns; make them as many.")
        rows.append(cells)
    return Relation(columns, tuple(rows), type_ref(node), line_of(node))


def _items(node: Node, findings: Findings) -> Logic:
    items = tuple(read_logic(inner, findings) for name, inner in parts(node) if name in LOGIC)
    return Items(items, type_ref(node), line_of(node))


def _conditional(node: Node, findings: Findings) -> Logic:
    condition, then, otherwise = (inner_logic(part(node, name), findings) for name in ("if", "then", "else"))
    return Conditional(condition, then, otherwise, type_ref(node), line_of(node))


def _filter(node: Node, findings: Findings) -> Logic:
    source, match = (inner_logic(part(node, name), findings) for name in ("in", "match"))
    return Filter(source, match, type_ref(node), line_of(node))


def _iteration(node: Node, findings: Findings) -> Logic:
    variable = (node.get("iteratorVariable") or content(part(node, "iteratorVariable"))).strip()
    if not variable:
        findings.problem(node, f"The {local(node)} does not name its iterator variable; name it.")
    body = part(node, "return" if local(node) == "for" else "satisfies")
    source = inner_logic(part(node, "in"), findings)
    return Iteration(local(node), variable, source, inner_logic(body, findings), type_ref(node), line_of(node))


_READERS: Mapping[str, Callable[[Node, Findings], Logic]] = MappingProxyType(
    {
        "literalExpression": _literal,
        "decisionTable": read_table,
        "context": _context,
        "invocation": _invocation,
        "functionDefinition": read_function,
        "relation": _relation,
        "list": _items,
        "conditional": _conditional,
        "filter": _filter,
        "for": _iteration,
        "some": _iteration,
        "every": _iteration,
    }
)
