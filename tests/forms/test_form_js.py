"""Form files: what is read from them, and every problem at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.errors import Invalid, Problem
from server.forms.definition import FieldKind
from server.forms.dialects import form_js

FORMS = sorted((Path(__file__).parents[2] / "forms").glob("*.form"))


def written(*components: Any, **more: Any) -> bytes:
    return json.dumps({"id": "request", "type": "default", "components": list(components), **more}).encode()


def problems(*components: Any, **more: Any) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        form_js.read(written(*components, **more))
    return list(caught.value.problems)


def test_the_forms_that_ship_are_read_without_a_warning() -> None:
    assert FORMS
    for path in FORMS:
        form = form_js.read(path.read_bytes())
        assert (form.key, form.notes) == (path.stem, ())


def test_a_field_is_read_with_all_its_rules() -> None:
    validate = {"required": True, "min": 1, "max": "9.5"}
    number = {"type": "number", "key": "amount", "label": "Amount", "decimalDigits": 2, "validate": validate}
    (field,) = form_js.read(written(number)).fields
    assert (field.kind, field.key, field.title, field.path) == (FieldKind.NUMBER, "amount", "Amount", ("amount",))
    assert (field.rules.required, str(field.rules.minimum), str(field.rules.maximum)) == (True, "1", "9.5")
    assert field.rules.decimal_digits == 2


def test_paths_of_groups_stand_before_the_keys_of_their_fields_and_those_of_lists_do_not() -> None:
    street = {"type": "textfield", "key": "street"}
    group = {"type": "group", "path": "address.home", "components": [street]}
    rows = {"type": "dynamiclist", "path": "stays", "components": [street]}
    form = form_js.read(written(group, rows))
    assert [field.path for field in form.inputs()] == [("address", "home", "street"), ("street",)]


def test_the_title_is_the_first_heading_else_made_of_the_key() -> None:
    assert form_js.read(written({"type": "text", "text": "# Buy a thing\nNow."})).title == "Buy a thing"
    assert form_js.read(written({"type": "separator"})).title == "Request"


def test_a_calculated_field_is_told_to_be_shown_only() -> None:
    form = form_js.read(written({"type": "expression", "key": "total", "expression": "=a + b"}))
    assert [(note.element, note.level) for note in form.notes] == [("total", "warning")]


def test_all_problems_are_told_at_once_with_the_field() -> None:
    found = problems(
        {"type": "slider", "key": "size"},
        {"type": "textfield"},
        {"type": "textfield", "key": "name"},
        {"type": "number", "key": "name"},
        {"type": "textfield", "key": "name.first"},
        {"type": "select", "key": "colour", "values": []},
        {"type": "number", "key": "age", "validate": {"min": "=limit"}},
        {"type": "textfield", "key": "code", "validate": {"pattern": "(a"}},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=count(list) > 1"}},
        {"type": "datetime", "key": "when", "subtype": "year"},
        {"type": "select", "key": "sort", "valuesExpression": "=sort(list)"},
        "not a component",
    )
    elements = ["size", None, "name", "name.first", "colour", "age", "code", "why", "when", "sort", None]
    assert [problem.element for problem in found] == elements
    assert '"slider"' in found[0].text
    assert 'Two fields have the key "name"' in found[2].text


def test_a_form_without_an_id_is_refused() -> None:
    assert "has no id" in problems({"type": "separator"}, id="")[0].text


@pytest.mark.parametrize(
    "data",
    [b"", b"<xml/>", b"[1]", b'{"id": "a"}', b"\xff\xfe", b'{"components": [], "a": NaN}', b"[" * 100_000],
)
def test_what_is_no_form_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"Export the form from its editor again\.") as caught:
        form_js.read(data)
    assert len(caught.value.problems) == 1


def test_a_form_that_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="larger than"):
        form_js.read(b" " * (form_js.LARGEST + 1))


def test_a_form_with_too_many_fields_is_refused() -> None:
    found = problems(*({"type": "separator"} for _ in range(form_js.MOST_FIELDS + 5)))
    assert [problem.text for problem in found] == ["The form has more than 1000 fields. Split it into several forms."]


def test_groups_cannot_be_nested_without_end() -> None:
    group: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(form_js.DEEPEST + 2):
        group = {"type": "group", "components": [group]}
    assert "nested deeper" in problems(group)[0].text
