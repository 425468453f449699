"""Turns a document into a frozen model and everything that is to be said about the file, at once."""

from dataclasses import dataclass

from server.dmn.boxes import inner_logic, parameter, read_function
from server.dmn.decision import (
    Decision,
    DecisionService,
    Function,
    Import,
    InputData,
    ItemDefinition,
    Knowledge,
    Model,
    Parameter,
)
from server.dmn.document import DMN, Document
from server.dmn.languages import FEEL, language_of
from server.dmn.links import elements_of
from server.dmn.nodes import all_parts, content, inner_type_ref, part, parts, type_ref, vendor
from server.dmn.reading import Findings, repeated
from server.errors import Problem
from server.xml import Node, line_of, local

_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")


@dataclass(frozen=True)
class Reading:
    """What was understood of a file, and what there is to say about it (problems and warnings)."""

    model: Model
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether any problem keeps the file from being deployed."""
        return any(problem.level == "problem" for problem in self.problems)


def read(document: Document) -> Reading:
    """Reads the whole file; raises nothing, whatever it says."""
    root = document.root
    language = language_of(root.get("expressionLanguage"))
    findings = Findings(document.name, language or FEEL)
    if language is None:
        stated = root.get("expressionLanguage")
        findings.problem(root, f"Expressions in the language {stated!r} are not run; write them in FEEL.")
    elements = list(_elements(root))
    model = Model(
        name=root.get("name") or document.name,
        namespace=(root.get("namespace") or "").strip(),
        imports=tuple(_import(node) for node in all_parts(root, "import") if _is_dmn(node)),
        types=tuple(_type(node, findings) for node in all_parts(root, "itemDefinition")),
        inputs=tuple(_input_data(node) for name, node in elements if name == "inputData"),
        decisions=tuple(_decision(node, findings) for name, node in elements if name == "decision"),
        knowledge=tuple(_knowledge(node, findings) for name, node in elements if name == "businessKnowledgeModel"),
        services=tuple(_service(node, findings) for name, node in elements if name == "decisionService"),
    )
    _check_keys(root, model, findings)
    return Reading(model, tuple(findings.found))


def _elements(root: Node) -> list[tuple[str, Node]]:
    """The elements of the drawing; DMN 1.1 files of some tools keep them one level deeper."""
    found = []
    for name, node in parts(root):
        found.append((name, node))
        if name in ("drgElement", "elementCollection"):
            found.extend(parts(node))
    return found


def _is_dmn(node: Node) -> bool:
    return (node.get("importType") or DMN[0]).startswith(DMN)


def _import(node: Node) -> Import:
    return Import((node.get("namespace") or "").strip(), (node.get("name") or "").strip(), line_of(node))


def _name(node: Node) -> str:
    return " ".join((node.get("name") or node.get("id") or "").split())


def _variable(node: Node, findings: Findings) -> Parameter:
    """What the result is known by: by the standard the variable is named as the element is."""
    variable = part(node, "variable")
    if variable is None or not (variable.get("name") or "").strip():
        return Parameter(_name(node), type_ref(variable) if variable is not None else None)
    return parameter(variable, findings)


def _hrefs(node: Node, *names: str) -> tuple[str, ...]:
    return tuple((inner.get("href") or "").strip() for name, inner in parts(node) if name in names)


def _requires(node: Node) -> tuple[str, ...]:
    kinds = ("informationRequirement", "knowledgeRequirement")
    return tuple(href for name, inner in parts(node) if name in kinds for href in _hrefs(inner, *_REQUIRED))


def _input_data(node: Node) -> InputData:
    variable = part(node, "variable")
    name = _name(variable) if variable is not None and variable.get("name") else _name(node)
    return InputData(
        node.get("id") or _name(node), name, type_ref(variable) if variable is not None else None, line_of(node)
    )


def _decision(node: Node, findings: Findings) -> Decision:
    logic = inner_logic(node, findings)
    if logic is None:
        findings.warning(node, f"The decision {_name(node)} decides nothing: it has neither a table nor an expression.")
    return Decision(
        id=node.get("id") or _name(node),
        name=_name(node),
        variable=_variable(node, findings),
        logic=logic,
        requires=_requires(node),
        version_tag=vendor(node, "versionTag"),
        documentation=content(part(node, "description")),
        question=content(part(node, "question")),
        line=line_of(node),
    )


def _knowledge(node: Node, findings: Findings) -> Knowledge:
    encapsulated = part(node, "encapsulatedLogic")
    logic = read_function(encapsulated, findings) if encapsulated is not None else Function((), None)
    if logic.body is None:
        findings.warning(node, f"The business knowledge model {_name(node)} holds no logic; its result is null.")
    variable = _variable(node, findings)
    return Knowledge(node.get("id") or _name(node), _name(node), variable, logic, _requires(node), line_of(node))


def _service(node: Node, findings: Findings) -> DecisionService:
    return DecisionService(
        id=node.get("id") or _name(node),
        name=_name(node),
        variable=_variable(node, findings),
        outputs=_hrefs(node, "outputDecision"),
        encapsulated=_hrefs(node, "encapsulatedDecision"),
        input_decisions=_hrefs(node, "inputDecision"),
        input_data=_hrefs(node, "inputData"),
        line=line_of(node),
    )


def _type(node: Node, findings: Findings) -> ItemDefinition:
    function = part(node, "functionItem")
    signature = None
    if function is not None:
        given = tuple(parameter(inner, findings) for inner in all_parts(function, "parameters"))
        signature = (given, function.get("outputTypeRef"))
    return ItemDefinition(
        name=_name(node),
        type_ref=inner_type_ref(node),
        components=tuple(_type(inner, findings) for inner in all_parts(node, "itemComponent")),
        is_list=(node.get("isCollection") or "").strip() in ("true", "1"),
        allowed=findings.literal(part(node, "allowedValues"), FEEL),
        constraint=findings.literal(part(node, "typeConstraint"), FEEL),
        function=signature,
        line=line_of(node),
    )


def _check_keys(root: Node, model: Model, findings: Findings) -> None:
    for key in repeated(each.id for each in elements_of(model)):
        findings.problem(root, f"Two elements have the id {key}; give each its own.")
    for name in repeated(each.name for each in model.types):
        findings.problem(root, f"Two types are named {name}; give each its own name.")
    nameless = [node for found, node in _elements(root) if found == "decision" and not _name(node)]
    for node in nameless:
        findings.problem(node, f"The {local(node)} has neither id nor name; give it an id, by which it is asked for.")
