"""Reading DMN files: every version, safely, with all problems at once."""

import pytest

from server import dmn
from server.errors import Invalid
from tests.dmn.models import NEWEST, decision, file, literal

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    NEWEST,
]


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    reading = dmn.read_model(file(decision("d", literal("1")), namespace), "test.dmn")
    assert [each.id for each in reading.model.decisions] == ["d"]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"%PDF", "This is not an XML file; choose a .dmn file"),
        (b"<!DOCTYPE a><a/>", "DOCTYPE"),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "This is not a DMN file"),
    ],
)
def test_what_is_no_dmn_file_is_refused_in_one_sentence(data: bytes, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        dmn.read_model(data, "test.dmn")
    assert told in caught.value.problems[0].text


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    inner = "\n".join(
        [
            decision("a", '<decisionTable hitPolicy="BEST"><input/>\n<rule/></decisionTable>'),
            decision("a", '<literalExpression expressionLanguage="groovy"><text>1</text></literalExpression>'),
        ]
    )
    reading = dmn.read_model(file(inner), "test.dmn")
    assert [(each.line, each.level) for each in reading.problems] == [
        (1, "warning"),
        (1, "problem"),
        (2, "problem"),
        (1, "problem"),
        (3, "problem"),
        (1, "problem"),
    ]


def test_prefixes_of_built_in_types_are_left_out() -> None:
    data = file(decision("d", literal("1"), type_ref="feel:number"), attributes='namespace="x" xmlns:feel="urn:feel"')
    assert dmn.read_model(data, "test.dmn").model.decisions[0].variable.type_ref == "number"


def test_a_version_tag_is_kept_and_the_time_to_live_is_not() -> None:
    data = file(decision("d", literal("1"), attributes='camunda:versionTag="v2" camunda:historyTimeToLive="P30D"'))
    reading = dmn.read_model(data, "test.dmn")
    assert (reading.model.decisions[0].version_tag, reading.problems) == ("v2", ())
