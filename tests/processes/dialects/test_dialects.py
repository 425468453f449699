"""Every word of every dialect is tried in a process that runs, or told as ignored or as a problem at deploy."""

import re
from pathlib import Path

import pytest

from server.bpmn.dialects import camunda, flowable, modelers, spiffworkflow, zeebe
from server.bpmn.lineage import words
from tests.bpmn.models import extended, read
from tests.processes.dialects import family
from tests.processes.dialects import spiffworkflow as of_spiffworkflow
from tests.processes.dialects import test_words_with_database as with_database
from tests.processes.dialects import zeebe as of_zeebe
from tests.processes.dialects.vendors import CASES, FAMILY, TRIED, Vendor

HERE = (family, of_spiffworkflow, of_zeebe, with_database)
SOURCES = Path(words.__file__).parents[1]
ASKED = re.compile(r'(?:\.get\(|_value\(\w+, |_people\(\w+, )"(\w+)"')
READ = {
    "family": {*words.READ_ATTRIBUTES, *words.OF_WORK, *words.ELEMENTS, "in", "out", "field", "errorEventDefinition"},
    "zeebe": set(zeebe.READERS),
    "spiffworkflow": set(spiffworkflow.READERS),
}
# Words of ours among those that are asked for, and those that are told instead of run (tests/bpmn).
ELSEWHERE = {"inputs", "outputs", "local", "messageId"}
IGNORED_ATTRIBUTES = {**words.IGNORED_ATTRIBUTES, **flowable.DESCENT.ignored}
REFUSED_ATTRIBUTES = {**words.REFUSED_ATTRIBUTES, **flowable.DESCENT.refused}
CAMUNDA = Vendor(camunda.NAMESPACES[0])


@pytest.mark.parametrize("namespace", FAMILY)
@pytest.mark.parametrize("case", CASES["family"])
def test_a_word_of_the_activiti_family_does_what_it_says(case: str, namespace: str) -> None:
    CASES["family"][case](Vendor(namespace))


@pytest.mark.parametrize("case", CASES["zeebe"])
def test_a_word_of_camunda_8_does_what_it_says(case: str) -> None:
    CASES["zeebe"][case](CAMUNDA)


@pytest.mark.parametrize("case", CASES["spiffworkflow"])
def test_a_word_of_spiffworkflow_does_what_it_says(case: str) -> None:
    CASES["spiffworkflow"][case](CAMUNDA)


@pytest.mark.parametrize("dialect", READ)
def test_each_word_that_is_read_is_tried_in_a_process_that_runs(dialect: str) -> None:
    assert READ[dialect] - TRIED[dialect] - with_database.TRIED[dialect] == set()


def test_each_attribute_that_a_reader_asks_for_stands_in_a_model_that_runs() -> None:
    told = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in HERE)
    code = [
        path.read_text(encoding="utf-8") for part in ("dialects", "lineage") for path in (SOURCES / part).glob("*.py")
    ]
    asked = {word for text in code for word in ASKED.findall(text)}
    assert {word for word in asked if not re.search(rf"\b{word}\b", told)} - ELSEWHERE == set()


def told(notation: str, level: str, namespace: str = FAMILY[0]) -> list[str]:
    """What is said of the element `x` at one level."""
    data = Vendor(namespace).file(f"s startEvent\n{notation}\ns -> x")
    return [problem.text for problem in read(data).problems if problem.level == level]


@pytest.mark.parametrize("word", sorted(IGNORED_ATTRIBUTES))
def test_an_attribute_that_is_ignored_is_told_with_its_reason(word: str) -> None:
    namespace = FAMILY[-1] if word in flowable.DESCENT.ignored else FAMILY[0]
    found = told(f"x callActivity calledElement='q' camunda:{word}='1'", "ignored", namespace)
    assert any(f"{word} is ignored: " in text and IGNORED_ATTRIBUTES[word] in text for text in found)


@pytest.mark.parametrize("word", sorted(REFUSED_ATTRIBUTES))
def test_an_attribute_that_would_change_something_is_a_problem(word: str) -> None:
    namespace = FAMILY[-1] if word in flowable.DESCENT.refused else FAMILY[0]
    found = told(f"x callActivity calledElement='q' camunda:{word}='1'", "problem", namespace)
    assert REFUSED_ATTRIBUTES[word] in found


@pytest.mark.parametrize("word", sorted(words.IGNORED_ELEMENTS))
def test_an_element_that_is_ignored_is_told_with_its_reason(word: str) -> None:
    assert any(f"{word} is ignored: " in text for text in told(holding(f"camunda:{word}"), "ignored"))


@pytest.mark.parametrize("word", sorted(words.REFUSED_ELEMENTS))
def test_an_element_that_would_change_something_is_a_problem(word: str) -> None:
    assert words.REFUSED_ELEMENTS[word] in told(holding(f"camunda:{word}"), "problem")


@pytest.mark.parametrize(
    ("prefix", "word"), [("zeebe", w) for w in zeebe.IGNORED] + [("spiffworkflow", w) for w in spiffworkflow.IGNORED]
)
def test_what_belongs_to_an_editor_is_told_with_its_reason(prefix: str, word: str) -> None:
    assert any(f"{prefix}:{word} is ignored: " in text for text in told(holding(f"{prefix}:{word}"), "ignored"))


@pytest.mark.parametrize("vendor", modelers.DRAWING)
def test_what_a_vendor_draws_is_told_once_with_its_reason(vendor: str) -> None:
    inside = extended(f'<v:one xmlns:v="{vendor}"/>', f'<v:two xmlns:v="{vendor}"/>')
    found = told(f"<task id='x'>{inside}</task>", "ignored")
    assert found == [f"Ignored throughout the file: {modelers.DRAWING[vendor]} ({vendor})."]
    assert told(f"<task id='x'>{inside}</task>", "problem") == []


def test_an_id_by_which_messages_would_be_told_apart_is_a_problem() -> None:
    words = extended("<zeebe:publishMessage correlationKey='k' messageId='1'/>")
    assert any("messageId" in text for text in told(f"<sendTask id='x'>{words}</sendTask>", "problem"))


def test_a_crossing_that_is_local_is_told() -> None:
    words = extended("<camunda:in source='a' target='b' local='true'/>")
    assert any("local is ignored" in text for text in told(f"<callActivity id='x'>{words}</callActivity>", "ignored"))


def test_an_unknown_word_is_a_problem() -> None:
    for word in ("camunda:wonder", "zeebe:wonder", "spiffworkflow:wonder"):
        assert any("is not known here" in text for text in told(holding(word), "problem"))
    assert any("is not known here" in text for text in told("x task camunda:wonder='1'", "problem"))


def holding(word: str) -> str:
    return f"<callActivity id='x' calledElement='q'>{extended(f'<{word}/>')}</callActivity>"
