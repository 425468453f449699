"""What is let in as a file at all: every refusal is one sentence with the line, and no entity is ever resolved."""

from pathlib import Path

import pytest

from server.bpmn import read_model
from server.errors import Invalid
from tests.bpmn.models import NAMESPACES, around, file, model, read


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_model(data, "model.bpmn")
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].resource == "model.bpmn"
    return caught.value.problems[0].text


def test_what_is_not_xml_is_refused_in_one_sentence() -> None:
    assert refusal(b"%PDF-1.7 and so on") == "This is not an XML file; choose a .bpmn file as the editor saved it."


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"  \n") == "The file is empty; export the model from the editor again."


def test_broken_xml_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid) as caught:
        read_model(f"<definitions {NAMESPACES}>\n<process>\n</definitions>".encode(), "model.bpmn")
    assert caught.value.problems[0].line == 3
    assert caught.value.message.startswith("model.bpmn, line 3: The XML is broken (Opening and ending tag mismatch")


def test_xml_of_another_kind_is_refused() -> None:
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>").startswith("This is not a BPMN 2.0 file")


def test_an_xml_bomb_is_refused_before_anything_is_expanded() -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><definitions {NAMESPACES}>&e9;</definitions>'
    )
    assert "DOCTYPE" in refusal(bomb.encode())


def test_an_external_entity_is_refused_and_its_file_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    data = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><definitions {NAMESPACES}>&x;</definitions>'
    with pytest.raises(Invalid) as caught:
        read_model(data.encode(), "model.bpmn")
    assert "the secret" not in caught.value.message
    assert "DOCTYPE" in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_doctype_is_found_in_every_width_of_characters(encoding: str) -> None:
    data = f"<!-- first --><?and this?><!DOCTYPE definitions><definitions {NAMESPACES}/>".encode(encoding)
    assert "DOCTYPE" in refusal(data)


def test_the_word_doctype_inside_a_model_is_harmless() -> None:
    reading = read(around("<task id='x'><documentation>&lt;!DOCTYPE html></documentation></task>"))
    assert reading.problems == ()


def test_a_file_of_20_mb_is_refused_by_its_size() -> None:
    data = around(f"<task id='x'><documentation>{'x' * 20 * 1024 * 1024}</documentation></task>")
    assert refusal(data) == "The file has 20.0 MB; a model may have at most 5 MB."


def test_more_than_50000_elements_are_refused() -> None:
    assert "50000" in refusal(file("<process/>" * 50_001))


def test_elements_nested_beyond_256_are_refused() -> None:
    depth = 300
    data = model("<subProcess>" * depth + "</subProcess>" * depth)
    assert refusal(data).startswith("Elements are nested more than 256 deep")


def test_200_nested_sub_processes_are_read() -> None:
    depth = 200
    opening = "".join(f'<subProcess id="n{i}">' for i in range(depth))
    process = read(model(opening + '<task id="t"/>' + "</subProcess>" * depth)).processes[0]
    assert len(list(process.elements())) == depth + 1


def test_1000_activities_in_a_row_are_read() -> None:
    keys = ["s", *(f"t{i}" for i in range(1000)), "e"]
    tasks = "\n".join(f"{key} task" for key in keys[1:-1])
    reading = read(model(f"s startEvent\n{tasks}\ne endEvent\n{' -> '.join(keys)}"))
    assert reading.problems == ()
    assert len(reading.processes[0].level.flows) == 1001


def test_an_unknown_encoding_is_refused_in_one_sentence() -> None:
    data = f'<?xml version="1.0" encoding="klingon"?><definitions {NAMESPACES}/>'.encode()
    assert refusal(data).startswith("The ")


def test_elements_and_flows_without_an_id_are_given_one() -> None:
    data = model('s startEvent\ne endEvent\n<sequenceFlow sourceRef="s" targetRef="e"/>')
    level = read(data).processes[0].level
    assert level.elements["s"].outgoing == tuple(level.flows)
