"""Decisions deployed with a process or alone: versions, bindings, results mapped as a task wants them."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.commands import deployments
from server.database import db
from server.errors import Failure, Invalid
from server.identity.actor import CONSOLE
from server.records.deployment import Resource
from server.runtime import decisions
from tests.dmn.models import decision, file, literal, table

SIZES = table(["amount"], ["size"], [["< 10", '"small"'], [">= 10", '"big"']])
PROCESS = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p"'
    b' isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"/>'
    b"</process></definitions>"
)


def deploy(*logic: str, tag: str = "", names: tuple[str, ...] = ("size",)) -> deployments.Deployed:
    attributes = f'camunda:versionTag="{tag}"' if tag else ""
    inner = "".join(decision(name, each, attributes=attributes) for name, each in zip(names, logic, strict=True))
    return deployments.deploy(CONSOLE, [("sizes.dmn", file(inner))])


def made(variables: dict[str, Any], mapping: str | None = None, **binding: str) -> Any:
    version = binding.get("version")
    return decisions.made("size", binding.get("binding", "latest"), version, mapping, variables, "nobody")[0]


@pytest.mark.usefixtures("app")
def test_the_same_bytes_keep_their_version_and_other_bytes_are_a_new_one() -> None:
    first, again, second = deploy(SIZES), deploy(SIZES), deploy(literal('"none"'))
    found = [each for deployed in (first, again, second) for each in deployed.decisions]
    assert [(each.key, each.version, each.is_new) for each in found] == [
        ("size", 1, True),
        ("size", 1, False),
        ("size", 2, True),
    ]
    assert db.session.scalar(select(func.count()).select_from(Resource)) == 2


@pytest.mark.usefixtures("app")
def test_the_bytes_are_kept_as_they_came() -> None:
    data = b'<?xml version="1.0"?>\n' + file(decision("size", SIZES)) + b"\n<!-- end -->"
    deployments.deploy(CONSOLE, [("sizes.dmn", data)])
    assert db.session.scalar(select(Resource.content)) == data


@pytest.mark.usefixtures("app")
def test_a_decision_is_made_with_the_variables_of_the_process() -> None:
    deploy(SIZES)
    value, told = decisions.made("size", "latest", None, None, {"amount": 12.5}, "nobody")
    assert value == "big"
    assert (told["key"], told["version"], told["value"]) == ("size", 1, "big")
    assert told["tables"] == [
        {
            "owner": "size",
            "table": "t",
            "inputs": [told["tables"][0]["inputs"][0]],
            "rules": [2],
            "outputs": [{"size": "big"}],
        }
    ]


@pytest.mark.usefixtures("app")
def test_a_task_may_be_bound_to_the_latest_a_number_or_a_tag() -> None:
    deploy(literal('"one"'), tag="first")
    deploy(literal('"two"'))
    assert made({}) == "two"
    assert made({}, binding="version", version="1") == "one"
    assert made({}, binding="versionTag", version="first") == "one"
    with pytest.raises(Failure, match="in version 3 is not deployed"):
        made({}, binding="version", version="3")


@pytest.mark.usefixtures("app")
def test_a_task_may_be_bound_to_the_decision_deployed_with_its_process() -> None:
    data = file(decision("size", literal('"together"')))
    deployed = deployments.deploy(CONSOLE, [("sizes.dmn", data), ("p.bpmn", PROCESS)])
    deploy(literal('"later"'))
    found = decisions.made("size", "deployment", None, None, {}, deployed.definitions[0].id)
    assert found[0] == "together"


COLLECTED = table(["amount"], ["size"], [["> 1", '"some"'], ["> 5", '"more"']], "COLLECT")
WIDE = table(["amount"], ["size", "rank"], [["> 1", '"some"', "1"]])


@pytest.mark.parametrize(
    ("logic", "mapping", "amount", "value"),
    [
        (SIZES, "singleEntry", 1, "small"),
        (SIZES, "singleResult", 1, {"size": "small"}),
        (SIZES, "collectEntries", 1, ["small"]),
        (SIZES, "resultList", 1, [{"size": "small"}]),
        (WIDE, "singleResult", 2, {"size": "some", "rank": 1}),
        (WIDE, "singleEntry", 0, None),
        (WIDE, "resultList", 0, []),
        (WIDE, None, 2, {"size": "some", "rank": 1}),
        (COLLECTED, "collectEntries", 7, ["some", "more"]),
        (COLLECTED, "resultList", 7, [{"size": "some"}, {"size": "more"}]),
        (COLLECTED, None, 7, ["some", "more"]),
        (literal("amount * 2"), "singleEntry", 7, 14),
        (literal("amount * 2"), "resultList", 7, [{"size": 14}]),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_result_is_mapped_as_the_task_wants_it(logic: str, mapping: str | None, amount: int, value: Any) -> None:
    deploy(logic)
    assert made({"amount": amount}, mapping) == value


@pytest.mark.parametrize(
    ("logic", "mapping", "told"),
    [
        (COLLECTED, "singleEntry", "has 2 results"),
        (WIDE, "singleEntry", "has the outputs size, rank"),
        (table(["amount"], ["size"], [["-", "1"], ["-", "2"]]), None, "the rules 1, 2 match"),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_cannot_be_decided_is_a_failure(logic: str, mapping: str | None, told: str) -> None:
    deploy(logic)
    with pytest.raises(Failure, match=told):
        made({"amount": 7}, mapping)


@pytest.mark.usefixtures("app")
def test_a_decision_that_is_not_deployed_is_a_failure() -> None:
    with pytest.raises(Failure, match="'size' is not deployed"):
        made({})


@pytest.mark.usefixtures("app")
def test_all_problems_of_all_files_are_told_and_nothing_is_deployed() -> None:
    bad = file(decision("size", table(["a +"], ["x"], [["> >", "1"]])))
    with pytest.raises(Invalid) as caught:
        deployments.deploy(CONSOLE, [("a.dmn", bad), ("b.dmn", b"<a/>"), ("c.bpmn", b"<a/>")])
    assert [each.resource for each in caught.value.problems] == ["c.bpmn", "b.dmn", "a.dmn", "a.dmn"]
    with pytest.raises(Failure):
        made({})


@pytest.mark.usefixtures("app")
def test_doubts_about_a_table_are_noted_at_deploy() -> None:
    deployed = deploy(table(["amount"], ["size"], [["< 10", "1"], ["< 5", "2"]]))
    assert [(note.level, note.element) for note in deployed.notes] == [("warning", "size"), ("warning", "size")]
    assert deployed.notes[0].text == "size: The rules 1 and 2 both match, for example with amount = 4."


@pytest.mark.usefixtures("app")
def test_a_file_may_import_another_of_the_same_or_an_earlier_deployment() -> None:
    other = file(decision("given", literal("7")), attributes='namespace="urn:other"')
    call = file(
        '<import namespace="urn:other" name="o" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        '<decision id="size" name="size"><informationRequirement><requiredDecision href="urn:other#given"/>'
        f"</informationRequirement>{literal('o.given + 1')}</decision>"
    )
    with pytest.raises(Invalid, match="problem"):
        deployments.deploy(CONSOLE, [("call.dmn", call)])
    deployments.deploy(CONSOLE, [("call.dmn", call), ("other.dmn", other)])
    assert made({}) == 8
    deployments.deploy(CONSOLE, [("other.dmn", other.replace(b">7<", b">8<"))])
    assert made({}) == 8
