"""How models name connectors, and what in them is the author's alone."""

from typing import Any

import pytest

from server.bpmn.lineage.connectors import CONNECTORS as NAMED
from server.bpmn.lineage.connectors import EXPRESSIONS, TEXTS
from server.connectors import CONNECTORS
from server.expressions import parse
from tests.bpmn.models import around, extended, problems, read


def service(connector: str, inside: str, beside: str = "") -> bytes:
    named = f"<camunda:connectorId>{connector}</camunda:connectorId>"
    written = f"<camunda:connector><camunda:inputOutput>{inside}</camunda:inputOutput>{named}</camunda:connector>"
    return around(
        f"<serviceTask id='x'>{extended(beside, written)}</serviceTask>", "<error id='err' errorCode='gone'/>"
    )


def parameter(name: str, text: str) -> str:
    return f"<camunda:inputParameter name='{name}'>{text}</camunda:inputParameter>"


def evaluated(connector: str, name: str, text: str, **variables: Any) -> Any:
    reading = read(service(connector, parameter(name, text)))
    assert not reading.refused, reading.problems
    (assign,) = reading.processes[0].level.elements["x"].connector.inputs  # type: ignore[union-attr]  # it has one
    return parse(assign.source).evaluate(variables)


def test_models_can_name_every_connector_but_the_one_of_notices() -> None:
    assert set(NAMED.values()) == set(CONNECTORS) - {"webhook"}
    assert set(EXPRESSIONS) | set(TEXTS) <= set(CONNECTORS)


@pytest.mark.parametrize(("connector", "name"), [(each, name) for each, names in TEXTS.items() for name in names])
def test_a_text_of_the_author_is_taken_as_it_stands(connector: str, name: str) -> None:
    assert evaluated(connector, name, "${evil} = {{ x }}", evil="DROP") == "${evil} = {{ x }}"


@pytest.mark.parametrize(
    ("text", "language"), [("= response.next", "feel"), ("${response.next}", "juel"), ("response.next", "feel")]
)
def test_an_expression_of_the_author_is_handed_on_unevaluated(text: str, language: str) -> None:
    found = evaluated("http", "nextPage", text, response={"next": "evil"})
    assert (found["language"], set(found)) == (language, {"expression", "language"})


def test_other_parameters_are_evaluated_before_the_call() -> None:
    assert evaluated("http", "url", "${address}", address="https://x.example") == "https://x.example"


def test_an_expression_that_cannot_be_read_is_told_at_deploy() -> None:
    assert problems(service("http", parameter("nextPage", "= response.(")))


@pytest.mark.parametrize("inside", ["", "<camunda:script scriptFormat='python'>1</camunda:script>"])
def test_what_is_the_authors_cannot_be_calculated(inside: str) -> None:
    assert "The parameter query is written as text." in problems(service("sql", parameter("query", inside)))


@pytest.mark.parametrize("order", ["before", "after"])
def test_an_answer_that_means_an_error_is_read_on_either_side(order: str) -> None:
    error = "<camunda:errorEventDefinition errorRef='err' expression='${statusCode == 404}'/>"
    drawn = service("http", parameter("url", "x"), error)
    if order == "after":
        text = drawn.decode().replace(error, "").replace("</extensionElements>", error + "</extensionElements>")
        drawn = text.encode()
    connector = read(drawn).processes[0].level.elements["x"].connector
    assert connector is not None
    assert [(each.code, each.condition.text) for each in connector.errors] == [("gone", "${statusCode == 404}")]
