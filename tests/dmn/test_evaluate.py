"""Decisions with what they require: graphs, knowledge, services, imports, boxed expressions, types."""

from decimal import Decimal
from typing import Any

import pytest

from server import dmn
from server.errors import Failure, NotFound
from tests.dmn.models import decide, decision, file, literal, prepared, problems, table

KNOWLEDGE = (
    '<businessKnowledgeModel id="twice" name="twice"><variable name="twice"/><encapsulatedLogic>'
    f'<formalParameter name="n" typeRef="number"/>{literal("n * 2")}</encapsulatedLogic></businessKnowledgeModel>'
)


def test_what_is_required_is_decided_first_and_once() -> None:
    data = file(
        '<inputData id="i" name="Gross amount"><variable name="Gross amount" typeRef="number"/></inputData>'
        + decision("net", literal("Gross amount / 1.2"), ["input:i"])
        + decision("tax", literal("Gross amount - net"), ["input:i", "net"])
        + decision("both", literal("[net, tax]"), ["net", "tax"])
    )
    assert decide(data, "both", **{"Gross amount": 12}) == [10, 2]


def test_a_decision_is_found_by_id_and_by_name_and_else_not_at_all() -> None:
    data = file('<decision id="d" name="The decision"><literalExpression><text>1</text></literalExpression></decision>')
    assert decide(data, "d") == decide(data, "The decision") == 1
    with pytest.raises(NotFound, match="There is no decision e"):
        decide(data, "e")


def test_a_required_table_is_known_by_its_outputs_as_camunda_has_it() -> None:
    inner = table(["a"], ["size", "colour"], [["> 5", '"big"', '"red"']])
    data = file(decision("first", inner) + decision("second", literal('size + " " + colour + first.size'), ["first"]))
    assert decide(data, "second", a=6) == "big redbig"


def test_decisions_that_require_each_other_are_a_problem() -> None:
    data = file(decision("a", literal("b"), ["b"]) + decision("b", literal("a"), ["a"]))
    assert [problem.text.split(",")[0] for problem in problems(data)] == ["a requires itself", "b requires itself"]


def test_a_requirement_that_is_not_there_is_a_problem() -> None:
    assert "requires #b" in problems(file(decision("a", literal("1"), ["b"])))[0].text


@pytest.mark.parametrize(
    ("text", "value"), [("twice(4)", 8), ("twice(n: 4)", 8), ('twice("4")', None), ("twice()", None)]
)
def test_knowledge_is_called_by_position_and_by_name_and_checks_its_arguments(text: str, value: Any) -> None:
    assert decide(file(KNOWLEDGE + decision("d", literal(text), ["knowledge:twice"])), "d") == value


def test_an_invocation_gives_arguments_by_name() -> None:
    call = f'<invocation>{literal("twice")}<binding><parameter name="n"/>{literal("a + 1")}</binding></invocation>'
    assert decide(file(KNOWLEDGE + decision("d", call, ["knowledge:twice"])), "d", a=4) == 10
    unknown = call.replace('"n"', '"m"')
    outcome = dmn.decide(prepared(file(KNOWLEDGE + decision("d", unknown, ["knowledge:twice"]))), "d", {"a": 4})
    assert outcome.value is None
    assert "m" in outcome.notes[0].text


def test_knowledge_may_call_itself_and_not_for_ever() -> None:
    body = literal("if n <= 1 then 1 else n * fac(n - 1)")
    knowledge = KNOWLEDGE.replace("twice", "fac").replace(literal("n * 2"), body)
    data = file(knowledge + decision("d", literal("fac(a)"), ["knowledge:fac"]))
    assert decide(data, "d", a=20) == 2432902008176640000
    with pytest.raises(Failure, match="deep"):
        decide(data, "d", a=2000)


SERVICE = (
    '<inputData id="i" name="i"><variable name="i" typeRef="number"/></inputData>'
    + decision("hidden", literal("i * 2"), ["input:i"])
    + decision("shown", literal("hidden + given"), ["hidden", "given"])
    + decision("given", literal("1000"))
    + '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#shown"/>'
    '<encapsulatedDecision href="#hidden"/><inputDecision href="#given"/><inputData href="#i"/></decisionService>'
)


def test_a_service_takes_what_it_is_given_in_place_of_its_input_decisions() -> None:
    data = file(SERVICE + decision("d", literal("s(i: 4, given: 1)"), ["knowledge:s"]))
    assert decide(data, "d") == 9
    assert decide(data, "s", i=4, given=1) == 9
    assert decide(data, "shown", i=4) == 1008


def test_a_file_knows_what_it_imports_by_the_name_of_the_import() -> None:
    other = file(
        '<itemDefinition name="tSize"><typeRef>number</typeRef><allowedValues><text>&lt; 10</text></allowedValues>'
        "</itemDefinition>" + KNOWLEDGE + decision("given", literal("7")),
        attributes='namespace="urn:other"',
    )
    call = (
        '<import namespace="urn:other" name="o" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        '<decision id="d" name="d"><variable name="d" typeRef="o.tSize"/>'
        '<informationRequirement><requiredDecision href="urn:other#given"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:other#twice"/></knowledgeRequirement>'
        f"{literal('o.twice(a) + o.given')}</decision>"
    )
    assert decide(file(call), "d", other, a=1) == 9
    assert decide(file(call), "d", other, a=2) is None
    assert "urn:other is imported but not there" in problems(file(call))[0].text


BOXES = {
    "context": (
        f'<context><contextEntry><variable name="two words"/>{literal("a + 1")}</contextEntry>'
        f'<contextEntry><variable name="b"/>{literal("two words * 2")}</contextEntry></context>',
        {"two words": 4, "b": 8},
    ),
    "context with a result": (
        f'<context><contextEntry><variable name="b"/>{literal("a + 1")}</contextEntry>'
        f"<contextEntry>{literal('b * 2')}</contextEntry></context>",
        8,
    ),
    "list": (f"<list>{literal('a')}{literal('a + 1')}</list>", [3, 4]),
    "relation": (
        f'<relation><column name="x"/><column name="y"/><row>{literal("1")}{literal("a")}</row></relation>',
        [{"x": 1, "y": 3}],
    ),
    "conditional": (
        f"<conditional><if>{literal('a > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        1,
    ),
    "filter": (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item >= 2')}</match></filter>", [2, 3]),
    "filter of contexts": (
        f"<filter><in>{literal('[{x: 1}, {x: a}]')}</in><match>{literal('x = a')}</match></filter>",
        [{"x": 3}],
    ),
    "for": (
        f'<for iteratorVariable="n"><in>{literal("[1, 2]")}</in><return>{literal("n * a")}</return></for>',
        [3, 6],
    ),
    "some": (
        f'<some iteratorVariable="n"><in>{literal("[1, 3]")}</in><satisfies>{literal("n = a")}</satisfies></some>',
        True,
    ),
    "every": (
        f'<every iteratorVariable="n"><in>{literal("[1, 3]")}</in><satisfies>{literal("n = a")}</satisfies></every>',
        False,
    ),
    "function": (
        f'<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>{literal("x + a")}'
        f"</functionDefinition></contextEntry><contextEntry>{literal('f(4)')}</contextEntry></context>",
        7,
    ),
}


@pytest.mark.parametrize("name", BOXES)
def test_a_boxed_expression_gives_what_it_says(name: str) -> None:
    logic, value = BOXES[name]
    assert decide(file(decision("d", logic)), "d", a=3) == value


TYPES = (
    '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tKinds" isCollection="true"><typeRef>tKind</typeRef></itemDefinition>'
    '<itemDefinition name="tItem"><itemComponent name="kind"><typeRef>tKind</typeRef></itemComponent>'
    '<itemComponent name="next"><typeRef>tItem</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("tKind", '"A"', "A"),
        ("tKind", '"C"', None),
        ("tKind", '["A"]', "A"),
        ("tKinds", '"A"', ["A"]),
        ("tKinds", '["A", "C"]', None),
        ("tItem", '{kind: "A", next: {kind: "B", next: null}}', {"kind": "A", "next": {"kind": "B", "next": None}}),
        ("tItem", '{kind: "A"}', None),
        ("tItem", '{kind: "A", next: {kind: "C", next: null}}', None),
        ("number", '"1"', None),
        ("boolean", '{kind: "A", next: null} instance of tItem', True),
        ("feel:number", "1", None),
    ],
)
def test_a_value_is_of_its_type_or_null(kind: str, text: str, value: Any) -> None:
    assert decide(file(TYPES + decision("d", literal(text), type_ref=kind)), "d") == value or kind == "feel:number"


def test_what_became_null_is_told_with_its_place() -> None:
    outcome = dmn.decide(prepared(file(decision("d", literal('1 + "a"')))), "d", {})
    assert (outcome.value, outcome.notes[0].owner, outcome.notes[0].line) == (None, "d", 1)
    assert not outcome.broken


def test_a_decision_has_one_budget_for_all_its_parts() -> None:
    loops = (
        '<for iteratorVariable="n"><in>'
        + literal("for m in 1..1000 return m")
        + "</in><return>"
        + literal("sum(for m in 1..10000 return m)")
        + "</return></for>"
    )
    with pytest.raises(Failure, match=r"steps|longer|memory"):
        decide(file(decision("d", loops)), "d")


def test_functions_of_other_machines_are_not_run() -> None:
    logic = (
        '<context><contextEntry><variable name="f"/><functionDefinition kind="Java"><formalParameter name="x"/>'
        f"<context/></functionDefinition></contextEntry><contextEntry>{literal('f(4)')}</contextEntry></context>"
    )
    outcome = dmn.decide(prepared(file(decision("d", logic))), "d", {})
    assert outcome.value is None
    assert "Java is not run here" in outcome.notes[0].text


def test_numbers_of_variables_are_decimals_in_a_decision() -> None:
    assert decide(file(decision("d", literal("a + 0.1"))), "d", a=0.2) == Decimal("0.3")


def test_a_variable_that_the_file_does_not_read_costs_nothing() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert decide(file(decision("d", literal("a"))), "d", a=1, other=endless) == 1
