"""Reads whom a user task is for, as the standard says it: human performer and potential owners (10.3.4)."""

from dataclasses import replace

from server.bpmn import languages
from server.bpmn.definition import Assignment
from server.bpmn.events import Surroundings
from server.bpmn.names import BPMN, Node, bpmn_children, children, content, line_of
from server.expressions.expression import Expression

ROLES = frozenset(("humanPerformer", "performer", "potentialOwner"))


def read_assignment(node: Node, around: Surroundings, vendor: Assignment | None) -> Assignment:
    """The vendor's words first; what they leave open is taken from the standard's elements."""
    assignment = vendor or Assignment()
    if not any(name in ROLES for name, _ in bpmn_children(node)):
        return assignment
    performers = _named(node, ("humanPerformer", "performer"), around)
    if assignment.assignee is None and performers:
        assignment = replace(assignment, assignee=performers[0])
    users: list[Expression] = []
    groups: list[Expression] = []
    for owner in _named(node, ("potentialOwner",), around):
        text = owner.text
        if text.startswith("user(") and text.endswith(")"):
            users += languages.values(text[5:-1], owner.line)
        elif text.startswith("group(") and text.endswith(")"):
            groups += languages.values(text[6:-1], owner.line)
        else:
            groups.append(owner)
    if not assignment.candidate_users and users:
        assignment = replace(assignment, candidate_users=tuple(users))
    if not assignment.candidate_groups and groups:
        assignment = replace(assignment, candidate_groups=tuple(groups))
    return assignment


def _named(node: Node, tags: tuple[str, ...], around: Surroundings) -> list[Expression]:
    """The expressions of the resource roles `tags`; a plain resource stands for its name, and commas part several."""
    found: list[Expression] = []
    for tag in tags:
        for role in children(node, tag):
            formulas = list(role.iter("{" + BPMN + "}formalExpression", "{" + BPMN + "}expression"))
            for formula in formulas:
                found += _parted(content(formula), line_of(formula))
            for reference in children(role, "resourceRef"):
                resource = around.references.find(role, content(reference), ("resource",))
                if resource is not None and not formulas:
                    found.append(Expression(resource.get("name") or content(reference), "text", line_of(reference)))
    return found


def _parted(text: str, line: int) -> list[Expression]:
    """`user(a, b), group(c)` in parts, with each call kept whole."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text + ","):
        depth += (character in "({") - (character in ")}")
        if character == "," and depth <= 0:
            part = text[start:position].strip()
            start = position + 1
            if part:
                parts.append(languages.value(part, line))
    return parts
