"""Reads decision tables (DMN 1.5, clause 8): columns, rules, hit policy, and what is wrong with them."""

from server.dmn.decision import Input, Literal, Output, Rule, Table
from server.dmn.nodes import all_parts, content, part, text_of, type_ref, vendor
from server.dmn.reading import Findings
from server.xml import Node, line_of

HIT_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATIONS = {"SUM": "SUM", "MIN": "MIN", "MAX": "MAX", "COUNT": "COUNT", "LIST": ""}
EMPTY = Literal("")


def read_table(node: Node, findings: Findings) -> Table:
    """The table of a `decisionTable` node."""
    inputs = tuple(_input(inner, findings) for inner in all_parts(node, "input"))
    outputs = tuple(_output(inner, findings) for inner in all_parts(node, "output"))
    if not outputs:
        findings.problem(node, "The decision table has no output column; add one, which says what is decided.")
    _check_names(node, outputs, findings)
    rules = tuple(
        _rule(number, inner, len(inputs), len(outputs), findings)
        for number, inner in enumerate(all_parts(node, "rule"), 1)
    )
    hit_policy, aggregation = _policy(node, outputs, findings)
    return Table(
        inputs=inputs,
        outputs=outputs,
        rules=rules,
        hit_policy=hit_policy,
        aggregation=aggregation,
        annotations=tuple(inner.get("name") or "" for inner in all_parts(node, "annotation")),
        type_ref=type_ref(node),
        line=line_of(node),
        id=node.get("id"),
    )


def _policy(node: Node, outputs: tuple[Output, ...], findings: Findings) -> tuple[str, str]:
    stated = (node.get("hitPolicy") or "UNIQUE").strip().upper().replace("_", " ")
    aggregation = (node.get("aggregation") or "").strip().upper()
    policy = HIT_POLICIES.get(stated, stated if stated in HIT_POLICIES.values() else "")
    if not policy:
        findings.problem(node, f"The hit policy {stated} does not exist; choose one of {', '.join(HIT_POLICIES)}.")
        policy = "U"
    if aggregation and aggregation not in AGGREGATIONS:
        findings.problem(node, f"The aggregation {aggregation} does not exist; choose SUM, MIN, MAX or COUNT.")
        aggregation = ""
    if aggregation and policy != "C":
        findings.warning(node, f"The aggregation {aggregation} has no effect: the hit policy is not COLLECT.")
        aggregation = ""
    if policy in ("P", "O") and not any(each.values for each in outputs):
        findings.problem(
            node, f"The hit policy {stated} ranks by the output values, but none are listed; list them, best first."
        )
    return policy, AGGREGATIONS.get(aggregation, "")


def _check_names(node: Node, outputs: tuple[Output, ...], findings: Findings) -> None:
    if len(outputs) < 2:
        return
    names = [each.name for each in outputs]
    if not all(names):
        findings.problem(node, "Each output column needs a name when there are several; name them.")
    for name in sorted({str(each) for each in names if each and names.count(each) > 1}):
        findings.problem(node, f"Two output columns are named {name}; give each its own name.")


def _input(node: Node, findings: Findings) -> Input:
    inner = part(node, "inputExpression")
    expression = findings.literal(inner)
    if expression is None:
        findings.warning(
            node, "The input column does not say what it looks at, so it sees null; give it an expression."
        )
        expression = Literal("null", line=line_of(node))
    values = findings.literal(part(node, "inputValues"))
    variable = vendor(node, "inputVariable")
    label = node.get("label") or (inner.get("label") if inner is not None else None) or expression.text
    return Input(label, expression, values, variable, node.get("id"))


def _output(node: Node, findings: Findings) -> Output:
    name = (node.get("name") or "").strip() or None
    return Output(
        name=name,
        label=node.get("label") or name or "",
        type_ref=type_ref(node),
        values=findings.literal(part(node, "outputValues")),
        default=findings.literal(part(node, "defaultOutputEntry")),
        id=node.get("id"),
    )


def _rule(number: int, node: Node, inputs: int, outputs: int, findings: Findings) -> Rule:
    tests = tuple(findings.literal(inner) or EMPTY for inner in all_parts(node, "inputEntry"))
    results = tuple(findings.literal(inner) or EMPTY for inner in all_parts(node, "outputEntry"))
    for given, wanted, what in ((tests, inputs, "input"), (results, outputs, "output")):
        if len(given) != wanted:
            findings.problem(
                node, f"Rule {number} has {len(given)} {what} cells for {wanted} {what} columns; make them as many."
            )
    notes = tuple(text_of(inner) for inner in all_parts(node, "annotationEntry"))
    described = content(part(node, "description"))
    return Rule(
        number=number,
        id=node.get("id") or f"rule-{number}",
        tests=(tests + (EMPTY,) * inputs)[:inputs],
        outputs=(results + (EMPTY,) * outputs)[:outputs],
        annotations=notes or ((described,) if described else ()),
        line=line_of(node),
    )
